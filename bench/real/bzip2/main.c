// bzip2: compresses and expands two megabytes of generated text.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bzlib.h"
#include "../../percent.h"

enum { SIZE = 2 << 20 };
static char text[SIZE], packed[SIZE + SIZE / 50 + 600], unpacked[SIZE];

void bz_internal_error(int code) { exit(code); }

int main(int argc, char **argv) {
    static const char *const words[] = {"alpha ",   "beta, ", "gamma ", "delta. ",
                                        "epsilon ", "zeta; ", "eta ",   "theta "};
    int rounds = (4 * percent(argc, argv) + 99) / 100;
    uint32_t state = 3, sum = 0;
    for (int at = 0; at < SIZE;) {
        state = state * 1664525 + 1013904223;
        for (const char *word = words[state >> 29]; *word && at < SIZE;) text[at++] = *word++;
        if (state >> 8 & 1 && at < SIZE) text[at++] = (char)('0' + (state >> 12) % 10);
    }
    for (int round = 0; round < rounds; round++) {
        unsigned packed_size = sizeof packed, unpacked_size = SIZE;
        if (BZ2_bzBuffToBuffCompress(packed, &packed_size, text, SIZE, 9, 0, 0) != BZ_OK) return 1;
        if (BZ2_bzBuffToBuffDecompress(unpacked, &unpacked_size, packed, packed_size, 0, 0) != BZ_OK)
            return 1;
        if (unpacked_size != SIZE || memcmp(text, unpacked, SIZE) != 0) return 1;
        sum = sum * 31 + packed_size;
        text[round] ^= 1;
    }
    printf("%u\n", sum);
    return 0;
}
