/* Memory, signals, clocks, waiting, the process. */
#include "darwin.h"

static const char *executable_path = "";
static char **environment;

void darwin_start(const char *file, char **envp)
{
    executable_path = file;
    environment = envp;
}

static void *mac_mmap(void *address, size_t size, int protection, int flags, int fd, i64 offset)
{
    enum { MAC_SHARED = 1, MAC_PRIVATE = 2, MAC_FIXED = 0x10, MAC_NORESERVE = 0x40, MAC_ANON = 0x1000 };
    if (flags & ~(MAC_SHARED | MAC_PRIVATE | MAC_FIXED | MAC_NORESERVE | MAC_ANON))
        die("mmap with a flag that this loader does not know", NULL);
    long translated = (flags & (MAC_SHARED | MAC_PRIVATE | MAC_FIXED)) | (flags & MAC_ANON ? MAP_ANONYMOUS : 0) |
                      (flags & MAC_NORESERVE ? MAP_NORESERVE : 0);
    return (void *)mac_result(SYSCALL(SYS_mmap, address, size, protection, translated, fd, offset));
}

static int mac_mprotect(void *address, size_t size, int protection)
{
    return (int)mac_result(SYSCALL(SYS_mprotect, address, size, protection));
}

static int mac_munmap(void *address, size_t size) { return (int)mac_result(SYSCALL(SYS_munmap, address, size)); }

static int mac_madvise(void *address, size_t size, int advice)
{
    (void)address, (void)size, (void)advice;
    return 0;
}

/* Signals. */

struct mac_siginfo {
    i32 number, error, code, pid;
    u32 uid;
    i32 status;
    void *address;
    u64 value, band, spare[7];
};
struct mac_stack { void *base; size_t size; i32 flags; };
struct mac_sigaction { void *handler; u32 mask; i32 flags; };
enum { MAC_SA_ONSTACK = 1, MAC_SA_SIGINFO = 0x40, MAC_SS_DISABLE = 4 };

#if defined(__x86_64__)
struct mac_exception_state { u16 trap, cpu; u32 error; u64 address; };
struct mac_thread_state { u64 rax, rbx, rcx, rdx, rdi, rsi, rbp, rsp, r8_to_15[8], rip, flags, cs, fs, gs; };
#else
struct mac_exception_state { u64 address; u32 syndrome, exception; };
struct mac_thread_state { u64 x[29], fp, lr, sp, pc; u32 cpsr, pad; };
#endif
struct mac_mcontext { struct mac_exception_state exception; struct mac_thread_state thread; u8 floats[1024]; };
struct mac_ucontext {
    i32 on_stack;
    u32 mask;
    struct mac_stack stack;
    struct mac_ucontext *link;
    size_t mcontext_size;
    struct mac_mcontext *mcontext;
};
_Static_assert(offsetof(struct mac_ucontext, mcontext) == 48, "ucontext_t of macOS");

static const struct { u8 linux_number, mac; } signals[] = {
    {1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}, {6, 6}, {7, 10}, {8, 8}, {9, 9}, {10, 30}, {11, 11}, {12, 31}, {13, 13},
    {14, 14}, {15, 15}, {17, 20}, {18, 19}, {19, 17}, {20, 18}, {21, 21}, {22, 22}, {24, 24}, {25, 25}, {28, 28},
    {31, 12},
};
static struct mac_sigaction handlers[32];

static int signal_from_mac(int number)
{
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (signals[i].mac == number)
            return signals[i].linux_number;
    return -1;
}

static void fill_context(struct mac_mcontext *to, const u8 *context, void *address)
{
#if defined(__x86_64__)
    const u64 *r = (const u64 *)(context + 40); /* gregs */
    to->exception.address = (u64)address;
    struct mac_thread_state *thread = &to->thread;
    memcpy(thread->r8_to_15, r, 64);
    thread->rdi = r[8], thread->rsi = r[9], thread->rbp = r[10], thread->rbx = r[11], thread->rdx = r[12];
    thread->rax = r[13], thread->rcx = r[14], thread->rsp = r[15], thread->rip = r[16], thread->flags = r[17];
#else
    const u64 *r = (const u64 *)(context + 176); /* mcontext: fault address, x0…x30, sp, pc */
    to->exception.address = (u64)address;
    memcpy(to->thread.x, r + 1, 33 * 8); /* x0…x28, fp, lr, sp, pc are adjacent in both */
#endif
}

static void deliver(int number, struct linux_siginfo *info, void *context)
{
    int mac_number = 0;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (signals[i].linux_number == number)
            mac_number = signals[i].mac;
    /* A protection fault (SEGV_ACCERR) is SIGBUS on macOS, an unmapped address SIGSEGV. */
    if (number == SIGSEGV && info->code == 2 && handlers[10].handler != NULL)
        mac_number = 10;
    const struct mac_sigaction *action = &handlers[mac_number];
    struct mac_mcontext mcontext = {0};
    fill_context(&mcontext, context, info->address);
    struct mac_siginfo mac_info = {.number = mac_number, .code = info->code, .address = info->address};
    if (info->code <= 0) /* SI_USER; the sender stands where the address of a fault would */
        mac_info = (struct mac_siginfo){.number = mac_number, .code = 0x10001, .pid = (i32)(u64)info->address};
    struct mac_ucontext mac_context = {.mcontext_size = sizeof mcontext, .mcontext = &mcontext};
    if (action->flags & MAC_SA_SIGINFO)
        ((void (*)(int, void *, void *))action->handler)(mac_number, &mac_info, &mac_context);
    else
        ((void (*)(int))action->handler)(mac_number);
}

static int mac_sigaction(int number, const struct mac_sigaction *action, struct mac_sigaction *old)
{
    int linux_number = signal_from_mac(number);
    if (linux_number < 0)
        return (int)mac_fail(MAC_EINVAL);
    if (old != NULL)
        *old = handlers[number];
    if (action == NULL)
        return 0;
    handlers[number] = *action;
    if ((u64)action->handler <= 1) { /* SIG_DFL, SIG_IGN */
        struct linux_sigaction plain = {(void (*)(int, struct linux_siginfo *, void *))action->handler, 0, NULL, 0};
        return (int)mac_result(SYSCALL(SYS_rt_sigaction, linux_number, &plain, 0, 8));
    }
    if ((number == 10 || number == 11) && !(action->flags & MAC_SA_ONSTACK))
        die("a handler for SIGSEGV or SIGBUS without SA_ONSTACK", NULL);
    if (number == 10) /* protection faults arrive as SIGSEGV here */
        mac_result(handle_signal(SIGSEGV, deliver));
    return (int)mac_result(handle_signal(linux_number, deliver));
}

static void *mac_signal(int number, void *handler)
{
    struct mac_sigaction action = {handler, 0, 0}, old = {0};
    return mac_sigaction(number, &action, &old) == 0 ? old.handler : (void *)-1;
}

static int mac_sigaltstack(const struct mac_stack *stack, struct mac_stack *old)
{
    if (old != NULL)
        *old = (struct mac_stack){NULL, 0, MAC_SS_DISABLE};
    if (stack == NULL)
        return 0;
    if (stack->size < 32768) /* MINSIGSTKSZ */
        return (int)mac_fail(MAC_ENOMEM);
    /* The handlers of this loader need room of their own on it, so it gets a larger one below. */
    u8 *larger = map_pages(NULL, stack->size + 65536, PROT_READ | PROT_WRITE);
    struct linux_stack translated = {larger, stack->flags & MAC_SS_DISABLE ? 2 : 0, stack->size + 65536};
    return (int)mac_result(SYSCALL(SYS_sigaltstack, &translated, 0));
}

static int mac_sigprocmask(int how, const u32 *set, u32 *old)
{
    (void)how, (void)set;
    if (old != NULL)
        *old = 0;
    return 0;
}

static int mac_kill(int pid, int number) { return (int)mac_result(SYSCALL(SYS_kill, pid, signal_from_mac(number))); }
static int mac_getpid(void) { return (int)SYSCALL(SYS_getpid, 0); }
static int mac_raise(int number) { return mac_kill(mac_getpid(), number); }

/* Clocks and waiting. */

static int clock_from_mac(int clock)
{
    switch (clock) {
    case 0: return 0;                          /* REALTIME */
    case 6: return 1;                          /* MONOTONIC */
    case 4: case 5: case 8: case 9: return 4;  /* MONOTONIC_RAW, UPTIME_RAW and their APPROX */
    case 12: return 2;                         /* PROCESS_CPUTIME_ID */
    case 16: return 3;                         /* THREAD_CPUTIME_ID */
    default: return -1;
    }
}

static int mac_clock_gettime(int clock, struct timespec *to)
{
    int translated = clock_from_mac(clock);
    return (int)(translated < 0 ? mac_fail(MAC_EINVAL) : mac_result(SYSCALL(SYS_clock_gettime, translated, to)));
}

static int mac_clock_getres(int clock, struct timespec *to)
{
    int translated = clock_from_mac(clock);
    return (int)(translated < 0 ? mac_fail(MAC_EINVAL) : mac_result(SYSCALL(SYS_clock_getres, translated, to)));
}

static u64 mac_clock_gettime_nsec_np(int clock)
{
    struct timespec time = {0, 0};
    mac_clock_gettime(clock, &time);
    return (u64)time.seconds * 1000000000u + (u64)time.nanoseconds;
}

static u64 mac_absolute_time(void) { return mac_clock_gettime_nsec_np(8); }

static int mac_timebase_info(u32 *info)
{
    info[0] = info[1] = 1;
    return 0;
}

static int mac_nanosleep(const struct timespec *time, struct timespec *left)
{
    return (int)mac_result(SYSCALL(SYS_nanosleep, time, left));
}

struct pollfd { i32 fd; int16_t events, returned; };

static int mac_poll(struct pollfd *files, u32 count, int milliseconds)
{
    struct timespec limit = {milliseconds / 1000, (i64)(milliseconds % 1000) * 1000000};
    return (int)mac_result(SYSCALL(SYS_ppoll, files, count, milliseconds < 0 ? NULL : &limit, 0, 8));
}

static int mac_sched_yield(void) { return (int)mac_result(SYSCALL(SYS_sched_yield, 0)); }

/* The process. */

static void mac_bzero(void *to, size_t size) { memset(to, 0, size); }

static void fill(u8 *to, const u8 *pattern, size_t pattern_size, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] = pattern[i % pattern_size];
}

/* clang makes loops into calls of these on macOS. */
static void mac_memset_pattern4(void *to, const void *pattern, size_t size) { fill(to, pattern, 4, size); }
static void mac_memset_pattern8(void *to, const void *pattern, size_t size) { fill(to, pattern, 8, size); }
static void mac_memset_pattern16(void *to, const void *pattern, size_t size) { fill(to, pattern, 16, size); }

static int mac_getentropy(void *to, size_t size)
{
    if (size > 256)
        return (int)mac_fail(5); /* EIO */
    return (int)(SYSCALL(SYS_getrandom, to, size, 0) == (long)size ? 0 : mac_fail(5));
}

static void mac_arc4random_buf(void *to, size_t size)
{
    while (size > 0) {
        long got = SYSCALL(SYS_getrandom, to, size, 0);
        if (got > 0)
            to = (u8 *)to + got, size -= (size_t)got;
    }
}

static char *mac_getenv(const char *name)
{
    size_t length = strlen(name);
    for (char **entry = environment; *entry != NULL; entry++)
        if (memcmp(*entry, name, length) == 0 && (*entry)[length] == '=')
            return *entry + length + 1;
    return NULL;
}

static char *mac_getcwd(char *to, size_t size)
{
    return mac_result(SYSCALL(SYS_getcwd, to, size)) < 0 ? NULL : to;
}

static int mac_executable_path(char *to, u32 *size)
{
    char directory[4096] = "";
    if (executable_path[0] != '/')
        SYSCALL(SYS_getcwd, directory, sizeof directory - 1);
    size_t directory_length = strlen(directory), path_length = strlen(executable_path);
    size_t needed = directory_length + (directory_length > 0) + path_length + 1;
    if (*size < needed) {
        *size = (u32)needed;
        return -1;
    }
    memcpy(to, directory, directory_length);
    if (directory_length > 0)
        to[directory_length++] = '/';
    memcpy(to + directory_length, executable_path, path_length + 1);
    return 0;
}

static char ***mac_environ_address(void) { return &environment; }
static int mac_getpagesize(void) { return 16384; }

static int mac_isatty(int fd)
{
    u8 settings[64];
    return mac_result(SYSCALL(SYS_ioctl, fd, 0x5401 /* TCGETS */, settings)) == 0;
}

static _Noreturn void mac_abort(void) { die("abort was called", NULL); }

const struct darwin_export darwin_process_exports[] = {
    {"_mmap", mac_mmap}, {"_mprotect", mac_mprotect}, {"_munmap", mac_munmap}, {"_madvise", mac_madvise},
    {"_sigaction", mac_sigaction}, {"_signal", mac_signal}, {"_sigaltstack", mac_sigaltstack},
    {"_sigprocmask", mac_sigprocmask}, {"_pthread_sigmask", mac_sigprocmask}, {"_kill", mac_kill},
    {"_raise", mac_raise}, {"_getpid", mac_getpid}, {"_clock_gettime", mac_clock_gettime},
    {"_clock_getres", mac_clock_getres}, {"_clock_gettime_nsec_np", mac_clock_gettime_nsec_np},
    {"_mach_absolute_time", mac_absolute_time}, {"_mach_timebase_info", mac_timebase_info},
    {"_nanosleep", mac_nanosleep}, {"_poll", mac_poll}, {"_sched_yield", mac_sched_yield},
    {"_getentropy", mac_getentropy}, {"_arc4random_buf", mac_arc4random_buf}, {"_getenv", mac_getenv},
    {"_getcwd", mac_getcwd}, {"__NSGetExecutablePath", mac_executable_path},
    {"__NSGetEnviron", mac_environ_address}, {"_environ", &environment}, {"_getpagesize", mac_getpagesize},
    {"_isatty", mac_isatty}, {"_abort", mac_abort}, {"_exit", exit_process}, {"__exit", exit_process},
    {"___error", mac_error_address}, {"_memcpy", memcpy}, {"_memmove", memmove}, {"_memset", memset},
    {"_memcmp", memcmp}, {"___bzero", mac_bzero}, {"_bzero", mac_bzero}, {"_memset_pattern4", mac_memset_pattern4},
    {"_memset_pattern8", mac_memset_pattern8}, {"_memset_pattern16", mac_memset_pattern16}, {"_strlen", strlen},
    {"dyld_stub_binder", mac_abort}, {NULL, NULL},
};

void *darwin_symbol(const char *name)
{
    static const struct darwin_export *const tables[] = {
        darwin_process_exports, darwin_file_exports, darwin_directory_exports, darwin_socket_exports,
        darwin_thread_exports,
    };
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        for (const struct darwin_export *row = tables[i]; row->name != NULL; row++)
            if (same(row->name, name))
                return row->address;
    return NULL;
}
