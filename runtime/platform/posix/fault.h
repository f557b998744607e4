/* Fault signals, with macOS's structures. */

#define POSIX_SIGILL 4
#define POSIX_SIGTRAP 5
#define POSIX_SIGFPE 8
#define POSIX_SIGBUS 10
#define POSIX_SIGSEGV 11
#define POSIX_SIGPIPE 13
#define POSIX_SIGXFSZ 25
#define POSIX_SIG_DFL ((void (*)(int))0)
#define POSIX_SIG_IGN ((void (*)(int))1)
#define POSIX_SA_ONSTACK 1
#define POSIX_SS_DISABLE 4
#define POSIX_SIGNAL_STACK_SIZE 0x10000
#define POSIX_SA_NODEFER 0x10
#define POSIX_SA_SIGINFO 0x40
#define POSIX_SI_USER 0x10001

struct posix_siginfo {
    i32 number, error, code, process, user, status;
    u64 address;
};

struct posix_signal_stack {
    void *base;
    u64 size;
    i32 flags;
};

struct posix_context {
    i32 on_stack;
    u32 mask;
    struct posix_signal_stack stack;
    void *link;
    u64 registers_size;
    u64 *registers;
};

struct posix_sigaction {
    void (*handler)(int, struct posix_siginfo *, struct posix_context *);
    u32 mask;
    i32 flags;
};

void (*signal(int number, void (*handler)(int)))(int);
int sigaction(int signal, const struct posix_sigaction *action, struct posix_sigaction *old);
int getpid(void);
int kill(int process, int signal);
int sigaltstack(const struct posix_signal_stack *stack, struct posix_signal_stack *old);

/* Where the registers are in the machine context, in words of 8 bytes. */
#ifdef __x86_64__
#define POSIX_CONTEXT_SP 9
#define POSIX_CONTEXT_PC 18
#else
#define POSIX_CONTEXT_SP 33
#define POSIX_CONTEXT_PC 34
#endif

static const u8 posix_fault_signals[] = {
    POSIX_SIGSEGV, POSIX_SIGBUS, POSIX_SIGILL, POSIX_SIGFPE, POSIX_SIGTRAP};
#define POSIX_FAULT_SIGNALS (sizeof posix_fault_signals)

#ifdef WASM_LIBRARY
/* The program runs on the C program's stacks. Their guards are unknown, but only a push or a
   probe hits so close. */
static bool posix_is_stack_overflow(u64 address, u64 sp) {
    return address - sp + 0x100000 < 0x110000;
}
static struct posix_sigaction posix_old_actions[POSIX_FAULT_SIGNALS];

static void posix_restore_actions(void) {
    for (u32 i = 0; i < POSIX_FAULT_SIGNALS; i++)
        sigaction(posix_fault_signals[i], &posix_old_actions[i], NULL);
}
#else
static bool posix_is_stack_overflow(u64 address, u64 sp) {
    (void)sp;
    return address - (u64)posix_stack_guard < POSIX_STACK_GUARD_SIZE;
}
#endif

/* A fault has a code and no sender. */
static bool posix_was_sent(const struct posix_siginfo *info) {
    return info->process != 0 || info->code == 0 || info->code >= POSIX_SI_USER;
}

static void posix_on_signal(int number, struct posix_siginfo *info, struct posix_context *context) {
    struct process_fault fault;
    if (posix_was_sent(info)) {
        /* As if there were no handler. It comes when this one, which blocks it, returns. */
#ifdef WASM_LIBRARY
        posix_restore_actions();
#else
        signal(number, POSIX_SIG_DFL);
#endif
        kill(getpid(), number);
        return;
    }
    fault.address = info->address;
    fault.pc = context->registers[POSIX_CONTEXT_PC];
    fault.stack_overflow =
        (number == POSIX_SIGSEGV || number == POSIX_SIGBUS) &&
        posix_is_stack_overflow(fault.address, context->registers[POSIX_CONTEXT_SP]);
    trap_on_fault(&fault);
#ifdef WASM_LIBRARY
    posix_restore_actions();
#endif
}

INTERNAL void process_handle_faults(void) {
    static __attribute__((aligned(16))) u8 stack_bytes[POSIX_SIGNAL_STACK_SIZE];
    struct posix_signal_stack stack = {stack_bytes, sizeof stack_bytes, 0};
    struct posix_sigaction action = {posix_on_signal, 0, POSIX_SA_SIGINFO | POSIX_SA_ONSTACK};
#ifdef WASM_TRAP_HOOK
    action.flags |= POSIX_SA_NODEFER;
#endif
    sigaltstack(&stack, NULL);
    for (u32 i = 0; i < POSIX_FAULT_SIGNALS; i++) {
#ifdef WASM_LIBRARY
        struct posix_sigaction *old = &posix_old_actions[i];
#else
        struct posix_sigaction *old = NULL;
#endif
        sigaction(posix_fault_signals[i], &action, old);
    }
#ifndef WASM_LIBRARY
    signal(POSIX_SIGPIPE, POSIX_SIG_IGN);
    signal(POSIX_SIGXFSZ, POSIX_SIG_IGN);
#endif
}
