// A bytecode interpreter with a switch, running a loop of arithmetic.
#include <stdint.h>
#include <stdio.h>
#include "../percent.h"

enum { PUSH, ADD, MUL, XOR, LOAD, STORE, LESS, JUMP_IF, HALT, SHIFT };

static const int32_t program[] = {
    PUSH, 0,    STORE, 0,   PUSH, 1, STORE, 1,                        // i = 0, x = 1
    LOAD, 1,    PUSH,  31,  MUL,  LOAD, 0, ADD, STORE, 1,             // 8: x = x * 31 + i
    LOAD, 1,    LOAD,  1,   PUSH, 7, SHIFT, XOR, STORE, 1,            // 18: x ^= x >> 7
    LOAD, 0,    PUSH,  1,   ADD,  STORE, 0,                           // i++
    LOAD, 0,    LOAD,  2, LESS, JUMP_IF, 8, HALT};

int main(int argc, char **argv) {
    uint32_t stack[16], variables[4] = {0};
    variables[2] = 260000 * (uint32_t)percent(argc, argv);
    int sp = 0, pc = 0;
    for (;;) {
        switch (program[pc++]) {
        case PUSH: stack[sp++] = (uint32_t)program[pc++]; break;
        case ADD: sp--, stack[sp - 1] += stack[sp]; break;
        case MUL: sp--, stack[sp - 1] *= stack[sp]; break;
        case XOR: sp--, stack[sp - 1] ^= stack[sp]; break;
        case SHIFT: sp--, stack[sp - 1] >>= stack[sp] & 31; break;
        case LESS: sp--, stack[sp - 1] = stack[sp - 1] < stack[sp]; break;
        case LOAD: stack[sp++] = variables[program[pc++]]; break;
        case STORE: variables[program[pc++]] = stack[--sp]; break;
        case JUMP_IF: pc = stack[--sp] ? program[pc] : pc + 1; break;
        case HALT: printf("%u\n", variables[1]); return 0;
        }
    }
}
