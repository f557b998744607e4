// Electric and magnetic fields on a plane, in steps of time (finite differences).
#include <stdio.h>
#include "../percent.h"

enum { X = 500, Y = 600 };
static double ex[X][Y], ey[X][Y], hz[X][Y];

int main(int argc, char **argv) {
    int steps = 15 * percent(argc, argv);
    for (int i = 0; i < X; i++)
        for (int j = 0; j < Y; j++) {
            ex[i][j] = (double)(i * (j + 1) % 19) / 19;
            ey[i][j] = (double)(i * (j + 2) % 23) / 23;
            hz[i][j] = (double)(i * (j + 3) % 29) / 29;
        }
    for (int step = 0; step < steps; step++) {
        for (int j = 0; j < Y; j++) ey[0][j] = step;
        for (int i = 1; i < X; i++)
            for (int j = 0; j < Y; j++) ey[i][j] -= 0.5 * (hz[i][j] - hz[i - 1][j]);
        for (int i = 0; i < X; i++)
            for (int j = 1; j < Y; j++) ex[i][j] -= 0.5 * (hz[i][j] - hz[i][j - 1]);
        for (int i = 0; i < X - 1; i++)
            for (int j = 0; j < Y - 1; j++)
                hz[i][j] -= 0.7 * (ex[i][j + 1] - ex[i][j] + ey[i + 1][j] - ey[i][j]);
    }
    double sum = 0;
    for (int i = 0; i < X; i++)
        for (int j = 0; j < Y; j++) sum += hz[i][j];
    printf("%.6e\n", sum);
    return 0;
}
