// LZ77 with a hash of three bytes, compressing and expanding 4 MB of generated text.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "../percent.h"

enum { SIZE = 4 << 20, HASH = 1 << 15 };
static uint8_t text[SIZE], packed[SIZE * 2], unpacked[SIZE];
static int32_t heads[HASH];

static int pack(void) {
    int out = 0, at = 0;
    memset(heads, 0xff, sizeof heads);
    while (at < SIZE) {
        int length = 0, from = -1;
        if (at + 4 < SIZE) {
            uint32_t h = ((text[at] | text[at + 1] << 8 | text[at + 2] << 16) * 2654435761u) >> 17;
            from = heads[h];
            heads[h] = at;
            if (from >= 0 && at - from < 65535)
                while (length < 255 && at + length < SIZE && text[from + length] == text[at + length]) length++;
        }
        if (length >= 4) {
            packed[out++] = 1;
            packed[out++] = (uint8_t)length;
            packed[out++] = (uint8_t)(at - from);
            packed[out++] = (uint8_t)((at - from) >> 8);
            at += length;
        } else {
            packed[out++] = 0;
            packed[out++] = text[at++];
        }
    }
    return out;
}

static int unpack(int size) {
    int out = 0;
    for (int at = 0; at < size;) {
        if (packed[at]) {
            int length = packed[at + 1], distance = packed[at + 2] | packed[at + 3] << 8;
            for (int i = 0; i < length; i++, out++) unpacked[out] = unpacked[out - distance];
            at += 4;
        } else {
            unpacked[out++] = packed[at + 1];
            at += 2;
        }
    }
    return out;
}

int main(int argc, char **argv) {
    int rounds = 40 * percent(argc, argv) / 100;
    static const char *const words[] = {"the ",  "wasm ", "module ", "runs ",  "native ",
                                        "code ", "fast ", "and ",    "small ", "x"};
    uint32_t state = 99;
    for (int at = 0; at < SIZE;) {
        state = state * 1664525 + 1013904223;
        const char *word = words[(state >> 16) % 10];
        while (*word && at < SIZE) text[at++] = (uint8_t)*word++;
        if ((state >> 28) == 3 && at < SIZE) text[at++] = (uint8_t)(state >> 8);
    }
    int size = 0;
    for (int round = 0; round < rounds; round++) {
        size = pack();
        unpack(size);
        text[round] ^= 1;
    }
    printf("%d %d\n", size, memcmp(text + 64, unpacked + 64, SIZE - 64));
    return 0;
}
