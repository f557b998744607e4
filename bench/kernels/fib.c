// Recursive calls: fib(33) to fib(37), by turns.
#include <stdio.h>
#include "../percent.h"

static unsigned fib(unsigned n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

int main(int argc, char **argv) {
    int rounds = 25 * percent(argc, argv) / 100;
    unsigned sum = 0;
    for (int round = 0; round < rounds; round++) sum += fib(33 + (unsigned)round % 5);
    printf("%u\n", sum);
    return 0;
}
