/* Leaves this stack for another. */
#ifndef WASM_PLATFORM_STACK_H
#define WASM_PLATFORM_STACK_H

#include "../types.h"

/* Calls `function` with the stack pointer at `top` (16-byte aligned) and an empty chain of frames; it must not return. */
_Noreturn static inline void stack_enter(void *top, void (*function)(void)) {
#if defined(__x86_64__)
    __asm__ volatile("movq %0, %%rsp\n\txorl %%ebp, %%ebp\n\tcallq *%1\n\tud2" : : "r"(top), "r"(function) : "memory");
#elif defined(__aarch64__)
    __asm__ volatile("mov sp, %0\n\tmov x29, #0\n\tmov x30, #0\n\tbr %1" : : "r"(top), "r"(function) : "memory");
#elif defined(__riscv)
    __asm__ volatile("mv sp, %0\n\tli s0, 0\n\tli ra, 0\n\tjr %1" : : "r"(top), "r"(function) : "memory");
#else
#error "no way to switch stacks on this processor"
#endif
    __builtin_unreachable();
}

#endif
