/* Linux system calls without libc. A result from -4095 to -1 is a negated errno. */
#ifndef WASM_LINUX_SYSCALL_H
#define WASM_LINUX_SYSCALL_H

#include "../../types.h"

#if defined(__x86_64__)

static inline i64 linux_syscall3(i64 number, i64 a, i64 b, i64 c) {
    i64 result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c)
                     : "rcx", "r11", "memory");
    return result;
}

static inline i64 linux_syscall6(i64 number, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f) {
    i64 result;
    register i64 r10 __asm__("r10") = d;
    register i64 r8 __asm__("r8") = e;
    register i64 r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

#else

#if defined(__aarch64__)
#define LINUX_TRAP "svc #0"
#define LINUX_NUMBER "x8"
#define LINUX_ARGUMENT(i) "x" #i
#elif defined(__riscv) && __riscv_xlen == 64
#define LINUX_TRAP "ecall"
#define LINUX_NUMBER "a7"
#define LINUX_ARGUMENT(i) "a" #i
#else
#error "no system calls for this processor"
#endif

static inline i64 linux_syscall3(i64 number, i64 a, i64 b, i64 c) {
    register i64 n __asm__(LINUX_NUMBER) = number;
    register i64 r0 __asm__(LINUX_ARGUMENT(0)) = a;
    register i64 r1 __asm__(LINUX_ARGUMENT(1)) = b;
    register i64 r2 __asm__(LINUX_ARGUMENT(2)) = c;
    __asm__ volatile(LINUX_TRAP : "+r"(r0) : "r"(n), "r"(r1), "r"(r2) : "memory");
    return r0;
}

static inline i64 linux_syscall6(i64 number, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f) {
    register i64 n __asm__(LINUX_NUMBER) = number;
    register i64 r0 __asm__(LINUX_ARGUMENT(0)) = a;
    register i64 r1 __asm__(LINUX_ARGUMENT(1)) = b;
    register i64 r2 __asm__(LINUX_ARGUMENT(2)) = c;
    register i64 r3 __asm__(LINUX_ARGUMENT(3)) = d;
    register i64 r4 __asm__(LINUX_ARGUMENT(4)) = e;
    register i64 r5 __asm__(LINUX_ARGUMENT(5)) = f;
    __asm__ volatile(LINUX_TRAP
                     : "+r"(r0)
                     : "r"(n), "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5)
                     : "memory");
    return r0;
}

#endif

/* linux_syscall(number, up to six arguments): pointers and integers alike. */
#define LINUX_SYSCALL_COUNT(_0, _1, _2, _3, _4, _5, _6, form, ...) form
#define LINUX_SYSCALL_0(n) linux_syscall3(n, 0, 0, 0)
#define LINUX_SYSCALL_1(n, a) linux_syscall3(n, (i64)(a), 0, 0)
#define LINUX_SYSCALL_2(n, a, b) linux_syscall3(n, (i64)(a), (i64)(b), 0)
#define LINUX_SYSCALL_3(n, a, b, c) linux_syscall3(n, (i64)(a), (i64)(b), (i64)(c))
#define LINUX_SYSCALL_4(n, a, b, c, d) \
    linux_syscall6(n, (i64)(a), (i64)(b), (i64)(c), (i64)(d), 0, 0)
#define LINUX_SYSCALL_5(n, a, b, c, d, e) \
    linux_syscall6(n, (i64)(a), (i64)(b), (i64)(c), (i64)(d), (i64)(e), 0)
#define LINUX_SYSCALL_6(n, a, b, c, d, e, f) \
    linux_syscall6(n, (i64)(a), (i64)(b), (i64)(c), (i64)(d), (i64)(e), (i64)(f))
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
