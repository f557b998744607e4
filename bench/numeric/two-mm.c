// D = A B C: two products of integers, row by row.
#include <stdint.h>
#include <stdio.h>
#include "../percent.h"

enum { ROWS = 400, INNER = 300, COLUMNS = 350 };
static int32_t a[ROWS][INNER], b[INNER][COLUMNS], ab[ROWS][COLUMNS], c[COLUMNS][INNER], d[ROWS][INNER];

int main(int argc, char **argv) {
    int rounds = 55 * percent(argc, argv) / 100;
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < INNER; j++) a[i][j] = (i * 5 + j) % 17 - 8;
    for (int i = 0; i < INNER; i++)
        for (int j = 0; j < COLUMNS; j++) b[i][j] = c[j][i] = (i + j * 3) % 11 - 5;
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < COLUMNS; j++) ab[i][j] = 0;
            for (int k = 0; k < INNER; k++)
                for (int j = 0; j < COLUMNS; j++) ab[i][j] += a[i][k] * b[k][j];
        }
        for (int i = 0; i < ROWS; i++)
            for (int k = 0; k < COLUMNS; k++)
                for (int j = 0; j < INNER; j++) d[i][j] += ab[i][k] * c[k][j];
        a[round][round] ^= d[round][round] & 7;
    }
    uint32_t sum = 0;
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < INNER; j++) sum = sum * 31 + (uint32_t)d[i][j];
    printf("%u\n", sum);
    return 0;
}
