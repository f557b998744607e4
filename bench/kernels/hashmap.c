// Open addressing with linear probing: inserts, lookups, deletions.
#include <stdint.h>
#include <stdio.h>
#include "../percent.h"

enum { SLOTS = 1 << 20, KEYS = 600000 };
static uint32_t keys[SLOTS], values[SLOTS];

static uint32_t hash(uint32_t x) {
    x ^= x >> 16;
    x *= 0x85ebca6b;
    x ^= x >> 13;
    x *= 0xc2b2ae35;
    return x ^ x >> 16;
}

static uint32_t slot_of(uint32_t key) {
    uint32_t at = hash(key) & (SLOTS - 1);
    while (keys[at] && keys[at] != key) at = (at + 1) & (SLOTS - 1);
    return at;
}

int main(int argc, char **argv) {
    int rounds = 50 * percent(argc, argv) / 100;
    uint32_t state = 1, sum = 0;
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < KEYS; i++) {
            state = state * 1664525 + 1013904223;
            uint32_t key = (state >> 8) % KEYS + 1, at = slot_of(key);
            keys[at] = key;
            values[at] += (uint32_t)i;
        }
        for (uint32_t key = 1; key <= KEYS; key++) {
            uint32_t at = slot_of(key);
            if (keys[at]) sum += values[at] ^ key;
        }
    }
    printf("%u\n", sum);
    return 0;
}
