/* Threads of Linux without a libc. */
#include "linux.h"

/* CLONE_VM | FS | FILES | SIGHAND | THREAD | SYSVSEM | SETTLS */
#define CLONE_FLAGS 0xd0f00L

__attribute__((used)) static _Noreturn void thread_main(void (*function)(void *), void *argument)
{
    function(argument);
    for (;;)
        SYSCALL(SYS_exit, 0);
}

/* The new thread takes what to call and with what from its stack. */
bool start_thread(u8 *top, void *pointer, void (*function)(void *), void *argument)
{
    u64 *stack = (u64 *)((u64)top & ~15ull);
    *--stack = (u64)argument;
    *--stack = (u64)function;
#if defined(__x86_64__)
    long result;
    register void *storage __asm__("r8") = pointer;
    __asm__ volatile("syscall\n test %%rax, %%rax\n jnz 1f\n xor %%ebp, %%ebp\n pop %%rdi\n pop %%rsi\n"
                     " call thread_main\n 1:"
                     : "=a"(result) : "a"(56L), "D"(CLONE_FLAGS), "S"(stack), "d"(0L), "r"(storage)
                     : "rcx", "r11", "memory");
#else
    register long number __asm__("x8") = 220;
    register long result __asm__("x0") = CLONE_FLAGS;
    register void *new_stack __asm__("x1") = stack;
    register long parent __asm__("x2") = 0;
    register void *storage __asm__("x3") = pointer;
    register long child __asm__("x4") = 0;
    __asm__ volatile("svc #0\n cbnz x0, 1f\n mov x29, xzr\n ldp x0, x1, [sp], #16\n bl thread_main\n 1:"
                     : "+r"(result) : "r"(number), "r"(new_stack), "r"(parent), "r"(storage), "r"(child)
                     : "memory", "x30");
#endif
    return result > 0;
}

void set_thread_pointer(void *pointer)
{
#if defined(__x86_64__)
    SYSCALL(SYS_arch_prctl, 0x1002 /* ARCH_SET_FS */, pointer);
#else
    __asm__ volatile("msr tpidr_el0, %0" ::"r"(pointer));
#endif
}

/* WAIT and WAKE of words that no other process has. */
long futex_wait(const u32 *word, u32 value, const struct timespec *limit)
{
    return SYSCALL(SYS_futex, word, 128, value, limit);
}

long futex_wake(const u32 *word) { return SYSCALL(SYS_futex, word, 129, 1); }
