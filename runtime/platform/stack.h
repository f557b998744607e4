/* Leaves this stack for another. */
#ifndef WASM_PLATFORM_STACK_H
#define WASM_PLATFORM_STACK_H

#include "../types.h"

#if defined(__x86_64__)
#define STACK_ENTER "movq %0, %%rsp\n\txorl %%ebp, %%ebp\n\tcallq *%1\n\tud2"
#define STACK_TOP "rax"
#define STACK_FUNCTION "rdx"
#elif defined(__aarch64__)
#define STACK_ENTER "mov sp, %0\n\tmov x29, #0\n\tmov x30, #0\n\tbr %1"
#define STACK_TOP "x0"
#define STACK_FUNCTION "x1"
#elif defined(__riscv)
#define STACK_ENTER "mv sp, %0\n\tli s0, 0\n\tli ra, 0\n\tjr %1"
#define STACK_TOP "a0"
#define STACK_FUNCTION "a1"
#else
#error "no way to switch stacks on this processor"
#endif

/* Calls `function` with the stack pointer at `top` (16-byte aligned) and an empty chain of
   frames; it must not return. The operands are in registers that the first instructions do not
   clear. */
_Noreturn static inline void stack_enter(void *top, void (*function)(void)) {
    register void *stack __asm__(STACK_TOP) = top;
    register void (*code)(void) __asm__(STACK_FUNCTION) = function;
    __asm__ volatile(STACK_ENTER : : "r"(stack), "r"(code) : "memory");
    __builtin_unreachable();
}

#endif
