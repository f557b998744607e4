// Filters an image as media codecs do: bytes are widened, weighted with words, summed, shifted and saturated.
#include <stdint.h>
#include <stdio.h>
#include "../percent.h"

enum { WIDTH = 512, HEIGHT = 256 };
static uint8_t from[HEIGHT][WIDTH], to[HEIGHT][WIDTH];

int main(int argc, char **argv) {
    int rounds = 40 * percent(argc, argv);
    uint32_t state = 1, sum = 0;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) from[y][x] = (state = state * 1664525 + 1013904223) >> 24;
    for (int round = 0; round < rounds; round++) {
        for (int y = 2; y < HEIGHT - 3; y++)
            for (int x = 0; x < WIDTH; x++) {
                int value = from[y - 2][x] - 5 * from[y - 1][x] + 20 * from[y][x] + 20 * from[y + 1][x] -
                            5 * from[y + 2][x] + from[y + 3][x] + 16;
                value >>= 5;
                to[y][x] = value < 0 ? 0 : value > 255 ? 255 : value;
            }
        from[3 + round % 200][round % WIDTH] ^= to[100][round % WIDTH];
        sum = sum * 31 + to[3 + round % 200][round % WIDTH];
    }
    printf("%u\n", sum);
    return 0;
}
