// C = alpha A B + beta C, in the order of the definition: inner products down the columns of B.
#include <stdio.h>
#include "../percent.h"

enum { N = 360 };
static double a[N][N], b[N][N], c[N][N];

int main(int argc, char **argv) {
    int rounds = 30 * percent(argc, argv) / 100;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = (double)(i * j % 13) / 13;
            b[i][j] = (double)(i * (j + 1) % 7) / 7;
            c[i][j] = (double)((i + j) % 5) / 5;
        }
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                double sum = 0;
                for (int k = 0; k < N; k++) sum += a[i][k] * b[k][j];
                c[i][j] = 1.5 * sum + 0.25 * c[i][j];
            }
    double sum = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) sum += c[i][j] * ((i ^ j) & 3);
    printf("%.6f\n", sum);
    return 0;
}
