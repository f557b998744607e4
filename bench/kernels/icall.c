// Calls through a table of function pointers.
#include <stdint.h>
#include <stdio.h>
#include "../percent.h"

typedef uint32_t (*op)(uint32_t, uint32_t);
static uint32_t add(uint32_t a, uint32_t b) { return a + b; }
static uint32_t sub(uint32_t a, uint32_t b) { return a - b; }
static uint32_t xor(uint32_t a, uint32_t b) { return a ^ b; }
static uint32_t mul(uint32_t a, uint32_t b) { return a * (b | 1); }
static uint32_t rot(uint32_t a, uint32_t b) { return a << (b & 31) | a >> (-b & 31); }
static uint32_t mix(uint32_t a, uint32_t b) { return (a ^ b >> 3) + 0x9e3779b9; }
static uint32_t min(uint32_t a, uint32_t b) { return a < b ? a : b; }
static uint32_t avg(uint32_t a, uint32_t b) { return (a >> 1) + (b >> 1); }
static op ops[8] = {add, sub, xor, mul, rot, mix, min, avg};

int main(int argc, char **argv) {
    int rounds = 5500000 * percent(argc, argv);
    if (argc > 5) ops[argc & 7] = add;
    uint32_t value = 1, state = 12345;
    for (int i = 0; i < rounds; i++) {
        state = state * 1664525 + 1013904223;
        value = ops[(i * 5 + (i >> 3)) & 7](value, state);
    }
    printf("%u\n", value);
    return 0;
}
