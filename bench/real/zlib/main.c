// zlib: deflates and inflates two megabytes of generated records at levels 1, 6 and 9.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "zlib.h"
#include "../../percent.h"

enum { SIZE = 2 << 20 };
static uint8_t text[SIZE], packed[SIZE + SIZE / 100 + 600], unpacked[SIZE];

static int fill(void) {
    static const char *const names[] = {"north", "south", "east", "west", "centre", "harbour", "hill", "bridge"};
    uint32_t state = 7;
    int at = 0;
    while (at < SIZE - 100) {
        state = state * 1664525 + 1013904223;
        at += snprintf((char *)text + at, 100, "%d;%s-%u;%u.%02u;%s\n", at, names[state >> 29], state >> 24 & 15,
            state >> 12 & 1023, state >> 5 & 63, state & 0x800000 ? "open" : "closed");
    }
    return at;
}

int main(int argc, char **argv) {
    static const int levels[] = {1, 6, 9};
    int rounds = (9 * percent(argc, argv) + 99) / 100, size = fill();
    uint32_t sum = 0;
    for (int round = 0; round < rounds; round++) {
        uLongf packed_size = sizeof packed, unpacked_size = sizeof unpacked;
        if (compress2(packed, &packed_size, text, size, levels[round % 3]) != Z_OK) return 1;
        for (int again = 0; again < 4; again++)
            if (uncompress(unpacked, &unpacked_size, packed, packed_size) != Z_OK) return 1;
        if (unpacked_size != (uLongf)size || memcmp(text, unpacked, size) != 0) return 1;
        sum = sum * 31 + packed_size + crc32(0, packed, packed_size);
        text[round] ^= 1;
    }
    printf("%u\n", sum);
    return 0;
}
