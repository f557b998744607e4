/* Counts the ways to place N queens on a board of N by N so that none attacks another, and draws the first. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define MAX_SIZE 16

static int size;
static int row_of_first[MAX_SIZE];
static int column_in_row[MAX_SIZE];
static uint64_t solutions;

/* Bits of `columns`, `left` and `right` are the squares of this row that earlier queens attack. */
static void place(int row, uint32_t columns, uint32_t left, uint32_t right)
{
    if (row == size) {
        if (solutions++ == 0)
            for (int i = 0; i < size; i++)
                row_of_first[i] = column_in_row[i];
        return;
    }
    uint32_t free_squares = ~(columns | left | right) & ((1u << size) - 1);
    while (free_squares != 0) {
        uint32_t square = free_squares & -free_squares;
        free_squares ^= square;
        column_in_row[row] = __builtin_ctz(square);
        place(row + 1, columns | square, (left | square) << 1, (right | square) >> 1);
    }
}

static void draw(void)
{
    for (int row = 0; row < size; row++) {
        for (int column = 0; column < size; column++)
            fputs(row_of_first[row] == column ? " Q" : " .", stdout);
        putchar('\n');
    }
}

int main(int argc, char **argv)
{
    size = argc > 1 ? atoi(argv[1]) : 8;
    if (size < 1 || size > MAX_SIZE) {
        fprintf(stderr, "queens: the board's size is a number from 1 to %d\n", MAX_SIZE);
        return 2;
    }
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    place(0, 0, 0, 0);
    clock_gettime(CLOCK_MONOTONIC, &after);
    if (solutions > 0)
        draw();
    double milliseconds = (after.tv_sec - before.tv_sec) * 1e3 + (after.tv_nsec - before.tv_nsec) / 1e6;
    printf("%llu solutions for %d queens\n", (unsigned long long)solutions, size);
    fprintf(stderr, "%.1f ms\n", milliseconds);
    return 0;
}
