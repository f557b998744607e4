// The Cholesky decomposition of a symmetric positive definite matrix.
#include <math.h>
#include <stdio.h>
#include "../percent.h"

enum { N = 500 };
static double a[N][N], l[N][N];

int main(int argc, char **argv) {
    int rounds = 85 * percent(argc, argv) / 100;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) a[i][j] = i == j ? N : 1.0 / (1 + (i > j ? i - j : j - i));
    double sum = 0;
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < N; i++) {
            for (int j = 0; j <= i; j++) {
                double value = a[i][j];
                for (int k = 0; k < j; k++) value -= l[i][k] * l[j][k];
                l[i][j] = i == j ? sqrt(value) : value / l[j][j];
            }
        }
        sum += l[N - 1][round];
        a[round][round] += 1;
    }
    printf("%.9f\n", sum);
    return 0;
}
