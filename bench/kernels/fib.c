// Recursive calls: fib(43).
#include <stdio.h>

static unsigned fib(unsigned n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

int main(int argc, char **argv) {
    (void)argv;
    printf("%u\n", fib(42 + (unsigned)argc));
    return 0;
}
