// Dense matrix product, 640 x 640 doubles, many times.
#include <stdio.h>
#include "../percent.h"

enum { N = 640 };
static double a[N][N], b[N][N], c[N][N];

static void multiply(void) {
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++) {
            double factor = a[i][k];
            for (int j = 0; j < N; j++) c[i][j] += factor * b[k][j];
        }
}

int main(int argc, char **argv) {
    int rounds = 12 * percent(argc, argv) / 100;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = (double)((i * 7 + j * 3) % 11) / 11;
            b[i][j] = (double)((i * 5 + j * 13) % 17) / 17;
        }
    for (int round = 0; round < rounds; round++) multiply();
    double trace = 0;
    for (int i = 0; i < N; i++) trace += c[i][i];
    printf("%.6f\n", trace);
    return 0;
}
