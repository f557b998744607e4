// ChaCha20 in the manner of four blocks at once: additions, exclusive ors and rotations of lanes of 32 bits.
#include <stdint.h>
#include <stdio.h>
#include "../percent.h"

typedef uint32_t lanes __attribute__((vector_size(16)));

static lanes rotated(lanes x, int by) { return x << by | x >> (32 - by); }

static void quarter(lanes *a, lanes *b, lanes *c, lanes *d) {
    *a += *b, *d = rotated(*d ^ *a, 16);
    *c += *d, *b = rotated(*b ^ *c, 12);
    *a += *b, *d = rotated(*d ^ *a, 8);
    *c += *d, *b = rotated(*b ^ *c, 7);
}

int main(int argc, char **argv) {
    int blocks = 12000 * percent(argc, argv);
    lanes start[16], x[16], sum = {0};
    for (int i = 0; i < 16; i++) start[i] = (lanes){i * 0x9e3779b9u, i * 7 + 1, i ^ 0x55aa55aa, ~i};
    for (int block = 0; block < blocks; block++) {
        for (int i = 0; i < 16; i++) x[i] = start[i];
        x[12] += (uint32_t)block;
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 4; i++) quarter(&x[i], &x[4 + i], &x[8 + i], &x[12 + i]);
            for (int i = 0; i < 4; i++) quarter(&x[i], &x[4 + (i + 1) % 4], &x[8 + (i + 2) % 4], &x[12 + (i + 3) % 4]);
        }
        for (int i = 0; i < 16; i++) sum ^= x[i] + start[i];
    }
    printf("%08x\n", sum[0] ^ sum[1] ^ sum[2] ^ sum[3]);
    return 0;
}
