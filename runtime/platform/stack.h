/* Leaves this stack for another, for good or until it is come back to. */
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

/* Meets the end of this stack, if that is near, while it is still known as this one's. */
__attribute__((noinline)) static void stack_probe(void) {
    volatile u8 room[2048];
    room[0] = 0;
    /* All of it counts, and what stands behind the call happens behind it. */
    __asm__ volatile("" : : "r"(room) : "memory");
}

#ifndef _WIN32
/* Registers that compilers keep for themselves are pushed, with the place to go on at; all others are said to be lost. */
#if defined(__x86_64__)
#define STACK_FROM "rdi"
#define STACK_TO "rsi"
#define STACK_SWITCH \
    "leaq -128(%%rsp), %%rsp\n\tpushq %%rbp\n\tpushq %%rbx\n\tleaq 1f(%%rip), %%rbx\n\tpushq %%rbx\n\t" \
    "movq %%rsp, (%0)\n\tmovq %1, %%rsp\n\tretq\n1:\n\tpopq %%rbx\n\tpopq %%rbp\n\tleaq 128(%%rsp), %%rsp"
#define STACK_LOST \
    "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", \
        "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"
/* Words below the top of a new stack, the first of which is where it begins. */
#define STACK_WORDS 2
#define STACK_PLACE 0
#elif defined(__aarch64__)
#define STACK_FROM "x0"
#define STACK_TO "x1"
#define STACK_SWITCH \
    "sub sp, sp, #160\n\tstp x19, x29, [sp]\n\tadr x9, 1f\n\tstr x9, [sp, #16]\n\tmov x10, sp\n\tstr x10, [%0]\n\t" \
    "mov sp, %1\n\tldr x9, [sp, #16]\n\tbr x9\n1:\n\tldp x19, x29, [sp]\n\tadd sp, sp, #160"
#define STACK_LOST \
    "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x20", "x21", \
        "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x30", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", \
        "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", \
        "v26", "v27", "v28", "v29", "v30", "v31"
#define STACK_WORDS 4
#define STACK_PLACE 2
#elif defined(__riscv)
#define STACK_FROM "a0"
#define STACK_TO "a1"
#define STACK_SWITCH \
    "addi sp, sp, -32\n\tsd s0, 0(sp)\n\tsd s1, 8(sp)\n\tlla t0, 1f\n\tsd t0, 16(sp)\n\tsd sp, 0(%0)\n\tmv sp, %1\n\t" \
    "ld t0, 16(sp)\n\tjr t0\n1:\n\tld s0, 0(sp)\n\tld s1, 8(sp)\n\taddi sp, sp, 32"
#define STACK_LOST \
    "ra", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "a2", "a3", "a4", "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", \
        "s8", "s9", "s10", "s11", "ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "ft7", "ft8", "ft9", "ft10", "ft11", \
        "fa0", "fa1", "fa2", "fa3", "fa4", "fa5", "fa6", "fa7", "fs0", "fs1", "fs2", "fs3", "fs4", "fs5", "fs6", "fs7", \
        "fs8", "fs9", "fs10", "fs11"
#define STACK_WORDS 4
#define STACK_PLACE 2
#endif

/* Notes in `*from` where this stack is left, and goes on where `to` was. */
static inline void stack_switch(void **from, void *to) {
    register void **left __asm__(STACK_FROM) = from;
    register void *next __asm__(STACK_TO) = to;
    __asm__ volatile(STACK_SWITCH : "+r"(left), "+r"(next) : : "memory", STACK_LOST);
}

/* What to switch to for the first time: `function`, which must not return, runs on the stack below `top`. */
static inline void *stack_prepare(void *top, void (*function)(void)) {
    void **stack = (void **)top - STACK_WORDS;
    stack[STACK_PLACE] = (void *)function;
    return stack;
}
#endif

#endif
