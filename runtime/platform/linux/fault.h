/* Fault signals, with the kernel's own structures. */

#define LINUX_SIGILL 4
#define LINUX_SIGTRAP 5
#define LINUX_SIGBUS 7
#define LINUX_SIGFPE 8
#define LINUX_SIGSEGV 11
#define LINUX_SIGPIPE 13
#define LINUX_SIGXFSZ 25
#define LINUX_SIG_IGN ((void (*)(int, struct linux_siginfo *, u64 *))1)
#define LINUX_SA_SIGINFO 4ul
#define LINUX_SA_RESTORER 0x04000000ul
#define LINUX_SA_ONSTACK 0x08000000ul
#define LINUX_SA_NODEFER 0x40000000ul

#ifdef __x86_64__
#define LINUX_SA_HAS_RESTORER LINUX_SA_RESTORER
#else
#define LINUX_SA_HAS_RESTORER 0
#endif
#ifdef WASM_TRAP_HOOK
#define LINUX_SA_MORE (LINUX_SA_HAS_RESTORER | LINUX_SA_NODEFER)
#else
#define LINUX_SA_MORE LINUX_SA_HAS_RESTORER
#endif

struct linux_siginfo {
    i32 number, error, code;
    u64 address;
};

struct linux_signal_stack {
    void *base;
    i32 flags;
    u64 size;
};

struct linux_sigaction {
    void (*handler)(int, struct linux_siginfo *, u64 *);
    unsigned long flags;
#ifndef __riscv
    void (*restorer)(void);
#endif
    u64 mask;
#ifdef __riscv
    u64 mask_of_qemu; /* which expects a restorer here, as no riscv kernel does */
#endif
};

/* Where the registers are in the kernel's ucontext, in words of 8 bytes. */
#if defined(__x86_64__)
#define LINUX_CONTEXT_SP 20
#define LINUX_CONTEXT_PC 21
#elif defined(__aarch64__)
#define LINUX_CONTEXT_SP 54
#define LINUX_CONTEXT_PC 55
#else
#define LINUX_CONTEXT_SP 24
#define LINUX_CONTEXT_PC 22
#endif

#ifdef __x86_64__
/* The x86-64 kernel insists on a way back from the handler. */
void linux_signal_return(void) WASM_HIDDEN;
__asm__(
    ".pushsection .text.linux_signal_return,\"ax\",@progbits\n"
    ".weak linux_signal_return\n"
    ".hidden linux_signal_return\n"
    "linux_signal_return:\n"
    "    movl $15, %eax\n"
    "    syscall\n"
    ".popsection\n");
#endif

/* Faults, and what is ignored. */
static const u8 linux_signals[] = {LINUX_SIGSEGV, LINUX_SIGBUS, LINUX_SIGILL, LINUX_SIGFPE,
    LINUX_SIGTRAP, LINUX_SIGPIPE, LINUX_SIGXFSZ};
#define LINUX_FAULT_SIGNALS 5
#define LINUX_SIGNAL_STACK_SIZE 0x8000ull
#define LINUX_SYS_RT_SIGACTION LINUX_SYSCALL_NUMBER(13, 134)
#define LINUX_SYS_GETPID LINUX_SYSCALL_NUMBER(39, 172)
#define LINUX_SYS_KILL LINUX_SYSCALL_NUMBER(62, 129)
#define LINUX_SYS_SIGALTSTACK LINUX_SYSCALL_NUMBER(131, 132)

#ifdef WASM_LIBRARY
/* The program runs on the C program's stacks. Their guards are unknown, but only a push or a
   probe hits so close. */
static bool linux_is_stack_overflow(u64 address, u64 sp) {
    return address - sp + 0x100000 < 0x110000;
}
static struct linux_sigaction linux_old_actions[LINUX_FAULT_SIGNALS];

static void linux_restore_actions(void) {
    for (u32 i = 0; i < LINUX_FAULT_SIGNALS; i++) {
        struct linux_sigaction *old = &linux_old_actions[i];
        linux_syscall(LINUX_SYS_RT_SIGACTION, linux_signals[i], old, NULL, sizeof(u64));
    }
}
#else
static bool linux_is_stack_overflow(u64 address, u64 sp) {
    (void)sp;
    return address - (u64)linux_stack_guard < LINUX_STACK_GUARD_SIZE;
}
#endif

/* As if there were no handler: ends the process by the signal, or leaves it to the C program's own handler. */
static void linux_take_sent(int signal) {
#ifdef WASM_LIBRARY
    linux_restore_actions();
#else
    /* Not const: zeros take no room in the executable. */
    static struct linux_sigaction none;
    linux_syscall(LINUX_SYS_RT_SIGACTION, signal, &none, NULL, sizeof(u64));
#endif
    /* It comes when this handler, which blocks it, returns. */
    linux_syscall(LINUX_SYS_KILL, linux_syscall(LINUX_SYS_GETPID), signal);
}

static void linux_on_signal(int signal, struct linux_siginfo *info, u64 *context) {
    struct process_fault fault;
    /* What the processor did not raise, a process did. */
    if (info->code <= 0) {
        linux_take_sent(signal);
        return;
    }
    fault.address = info->address;
    fault.pc = context[LINUX_CONTEXT_PC];
    fault.stack_overflow = (signal == LINUX_SIGSEGV || signal == LINUX_SIGBUS) &&
                           linux_is_stack_overflow(fault.address, context[LINUX_CONTEXT_SP]);
    trap_on_fault(&fault);
#ifdef WASM_LIBRARY
    linux_restore_actions();
#endif
}

INTERNAL void process_handle_faults(void) {
#ifdef WASM_LIBRARY
    static __attribute__((aligned(16))) u8 stack_bytes[LINUX_SIGNAL_STACK_SIZE];
#else
    /* The stack that the kernel gave; nothing returns to it. */
    u8 *stack_bytes = (u8 *)linux_args - LINUX_SIGNAL_STACK_SIZE;
#endif
    struct linux_signal_stack stack = {stack_bytes, 0, LINUX_SIGNAL_STACK_SIZE};
    static const struct linux_sigaction action = {
        .handler = linux_on_signal,
        .flags = LINUX_SA_SIGINFO | LINUX_SA_ONSTACK | LINUX_SA_MORE,
#ifdef __x86_64__
        .restorer = linux_signal_return,
#endif
    };
    linux_syscall(LINUX_SYS_SIGALTSTACK, &stack, NULL);
#ifdef WASM_LIBRARY
    for (u32 i = 0; i < LINUX_FAULT_SIGNALS; i++)
        linux_syscall(
            LINUX_SYS_RT_SIGACTION, linux_signals[i], &action, &linux_old_actions[i], sizeof(u64));
#else
    static struct linux_sigaction ignore;
    ignore.handler = LINUX_SIG_IGN;
    for (u32 i = 0; i < sizeof linux_signals; i++)
        linux_syscall(LINUX_SYS_RT_SIGACTION, linux_signals[i],
            i < LINUX_FAULT_SIGNALS ? &action : &ignore, NULL, sizeof(u64));
#endif
}
