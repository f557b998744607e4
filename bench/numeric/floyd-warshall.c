// Shortest paths between all pairs of a graph.
#include <stdio.h>
#include "../percent.h"

enum { N = 500 };
static int distance[N][N];

int main(int argc, char **argv) {
    int rounds = 16 * percent(argc, argv) / 100;
    unsigned sum = 0;
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                int linked = (i * 7 + j * 13 + round) % 97 < 9;
                distance[i][j] = i == j ? 0 : linked ? (i ^ j) % 50 + 1 : 9999;
            }
        for (int k = 0; k < N; k++)
            for (int i = 0; i < N; i++)
                for (int j = 0; j < N; j++) {
                    int through = distance[i][k] + distance[k][j];
                    if (through < distance[i][j]) distance[i][j] = through;
                }
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) sum = sum * 3 + (unsigned)distance[i][j];
    }
    printf("%u\n", sum);
    return 0;
}
