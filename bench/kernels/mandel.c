// The Mandelbrot set, 1200 columns, 1200 iterations at most.
#include <stdio.h>
#include "../percent.h"

enum { SIZE = 1200, LIMIT = 1200 };

int main(int argc, char **argv) {
    int rows = SIZE * percent(argc, argv) / 100;
    long total = 0;
    for (int row = 0; row < rows; row++)
        for (int x = 0; x < SIZE; x++) {
            double cr = 3.0 * x / SIZE - 2.2, ci = 3.0 * (row * 7 % SIZE) / SIZE - 1.5, r = 0, i = 0;
            int n = 0;
            while (n < LIMIT && r * r + i * i < 4) {
                double next = r * r - i * i + cr;
                i = 2 * r * i + ci;
                r = next;
                n++;
            }
            total += n;
        }
    printf("%ld\n", total);
    return 0;
}
