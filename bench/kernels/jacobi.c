// A five-point stencil on a grid of 1000 x 1000 doubles, there and back 600 times.
#include <stdio.h>
#include <string.h>
#include "../percent.h"

enum { N = 1000 };
static double grid[N][N], next[N][N];

int main(int argc, char **argv) {
    int rounds = 6 * percent(argc, argv);
    for (int i = 0; i < N; i++) grid[0][i] = grid[i][0] = 100;
    memcpy(next, grid, sizeof grid);
    for (int round = 0; round < rounds; round++) {
        for (int i = 1; i < N - 1; i++)
            for (int j = 1; j < N - 1; j++)
                next[i][j] = 0.25 * (grid[i - 1][j] + grid[i + 1][j] + grid[i][j - 1] + grid[i][j + 1]);
        for (int i = 1; i < N - 1; i++)
            for (int j = 1; j < N - 1; j++)
                grid[i][j] = 0.25 * (next[i - 1][j] + next[i + 1][j] + next[i][j - 1] + next[i][j + 1]);
    }
    double sum = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) sum += grid[i][j];
    printf("%.6f\n", sum);
    return 0;
}
