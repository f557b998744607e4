/* Linux system calls without libc. A result from -4095 to -1 is a negated errno.

   The number is part of the instructions: no function of the runtime takes one, so that a call of whatever function, with
   whatever arguments, is no system call of one's choice. */
#ifndef WASM_LINUX_SYSCALL_H
#define WASM_LINUX_SYSCALL_H

#include "../../types.h"

/* linux_syscall(number, up to six arguments): pointers and integers alike. */
#if defined(__x86_64__)

#define LINUX_TRAP                                                                                \
    ".if %c[number] < 256\n\txorl %%eax, %%eax\n\tmovb %[number], %%al\n\t.else\n\tmovl %[number], %%eax\n\t" \
    ".endif\n\tsyscall"
#define LINUX_ARGUMENT_0 "rdi"
#define LINUX_ARGUMENT_1 "rsi"
#define LINUX_ARGUMENT_2 "rdx"
#define LINUX_ARGUMENT_3 "r10"
#define LINUX_ARGUMENT_4 "r8"
#define LINUX_ARGUMENT_5 "r9"
#define LINUX_RESULT "rax"
#define LINUX_CLOBBERS "rcx", "r11", "memory"

#elif defined(__aarch64__)

#define LINUX_TRAP "mov x8, %[number]\n\tsvc #0"
#define LINUX_ARGUMENT_0 "x0"
#define LINUX_ARGUMENT_1 "x1"
#define LINUX_ARGUMENT_2 "x2"
#define LINUX_ARGUMENT_3 "x3"
#define LINUX_ARGUMENT_4 "x4"
#define LINUX_ARGUMENT_5 "x5"
#define LINUX_RESULT "x0"
#define LINUX_CLOBBERS "x8", "memory"

#elif defined(__riscv) && __riscv_xlen == 64

#define LINUX_TRAP "li a7, %[number]\n\tecall"
#define LINUX_ARGUMENT_0 "a0"
#define LINUX_ARGUMENT_1 "a1"
#define LINUX_ARGUMENT_2 "a2"
#define LINUX_ARGUMENT_3 "a3"
#define LINUX_ARGUMENT_4 "a4"
#define LINUX_ARGUMENT_5 "a5"
#define LINUX_RESULT "a0"
#define LINUX_CLOBBERS "a7", "memory"

#else
#error "no system calls for this processor"
#endif

/* The arguments are evaluated before any register is set. */
#define LINUX_ENTER(n, ...)                                                                      \
    register i64 result_ __asm__(LINUX_RESULT);                                                  \
    __asm__ volatile(LINUX_TRAP : "=r"(result_) : [number] "i"(n) __VA_ARGS__ : LINUX_CLOBBERS); \
    result_
#define LINUX_IN(i) register i64 r##i __asm__(LINUX_ARGUMENT_##i) = a##i
#define LINUX_SYSCALL_0(n) __extension__({ LINUX_ENTER(n); })
#define LINUX_SYSCALL_1(n, a) __extension__({ \
    i64 a0 = (i64)(a);                        \
    LINUX_IN(0);                              \
    LINUX_ENTER(n, , "r"(r0));                \
})
#define LINUX_SYSCALL_2(n, a, b) __extension__({ \
    i64 a0 = (i64)(a), a1 = (i64)(b);            \
    LINUX_IN(0);                                 \
    LINUX_IN(1);                                 \
    LINUX_ENTER(n, , "r"(r0), "r"(r1));          \
})
#define LINUX_SYSCALL_3(n, a, b, c) __extension__({   \
    i64 a0 = (i64)(a), a1 = (i64)(b), a2 = (i64)(c);  \
    LINUX_IN(0);                                      \
    LINUX_IN(1);                                      \
    LINUX_IN(2);                                      \
    LINUX_ENTER(n, , "r"(r0), "r"(r1), "r"(r2));      \
})
#define LINUX_SYSCALL_4(n, a, b, c, d) __extension__({                  \
    i64 a0 = (i64)(a), a1 = (i64)(b), a2 = (i64)(c), a3 = (i64)(d);     \
    LINUX_IN(0);                                                        \
    LINUX_IN(1);                                                        \
    LINUX_IN(2);                                                        \
    LINUX_IN(3);                                                        \
    LINUX_ENTER(n, , "r"(r0), "r"(r1), "r"(r2), "r"(r3));               \
})
#define LINUX_SYSCALL_5(n, a, b, c, d, e) __extension__({                                \
    i64 a0 = (i64)(a), a1 = (i64)(b), a2 = (i64)(c), a3 = (i64)(d), a4 = (i64)(e);       \
    LINUX_IN(0);                                                                         \
    LINUX_IN(1);                                                                         \
    LINUX_IN(2);                                                                         \
    LINUX_IN(3);                                                                         \
    LINUX_IN(4);                                                                         \
    LINUX_ENTER(n, , "r"(r0), "r"(r1), "r"(r2), "r"(r3), "r"(r4));                       \
})
#define LINUX_SYSCALL_6(n, a, b, c, d, e, f) __extension__({                                            \
    i64 a0 = (i64)(a), a1 = (i64)(b), a2 = (i64)(c), a3 = (i64)(d), a4 = (i64)(e), a5 = (i64)(f);       \
    LINUX_IN(0);                                                                                        \
    LINUX_IN(1);                                                                                        \
    LINUX_IN(2);                                                                                        \
    LINUX_IN(3);                                                                                        \
    LINUX_IN(4);                                                                                        \
    LINUX_IN(5);                                                                                        \
    LINUX_ENTER(n, , "r"(r0), "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5));                             \
})
#define LINUX_SYSCALL_COUNT(_0, _1, _2, _3, _4, _5, _6, form, ...) form
#define linux_syscall(...) \
    LINUX_SYSCALL_COUNT(__VA_ARGS__, LINUX_SYSCALL_6, LINUX_SYSCALL_5, LINUX_SYSCALL_4, \
        LINUX_SYSCALL_3, LINUX_SYSCALL_2, LINUX_SYSCALL_1, LINUX_SYSCALL_0, )(__VA_ARGS__)

/* Numbers: x86-64 has its own, arm64 and riscv64 share the generic table. */
#if defined(__x86_64__)
#define LINUX_SYSCALL_NUMBER(x64, generic) (x64)
#else
#define LINUX_SYSCALL_NUMBER(x64, generic) (generic)
#endif

#endif
