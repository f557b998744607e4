/* A C program that links a WebAssembly module: calls its functions, reads its memory, provides what it imports.

       wasm-exe object fib.wat -o fib.o
       wasm-exe header fib.wat -o fib.h
       cc main.c fib.o -o main && ./main */
#include <inttypes.h>
#include <stdio.h>

#include "fib.h"

/* The module imports "report" from "host". */
void host__report(uint32_t n, uint64_t value)
{
    printf("fib(%" PRIu32 ") = %" PRIu64 "\n", n, value);
}

int main(void)
{
    fib_instantiate();
    printf("fib(30) = %" PRIu64 ", said C\n", fib__fib(30));
    uint32_t message = fib__table(10);
    printf("%s\n", (const char *)fib_memory() + message);
    return 0;
}
