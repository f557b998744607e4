// The Mandelbrot set, 1200 x 1200 points, 800 iterations at most.
#include <stdio.h>

enum { SIZE = 1200, LIMIT = 800 };

int main(void) {
    long total = 0;
    for (int y = 0; y < SIZE; y++)
        for (int x = 0; x < SIZE; x++) {
            double cr = 3.0 * x / SIZE - 2.2, ci = 3.0 * y / SIZE - 1.5, r = 0, i = 0;
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
