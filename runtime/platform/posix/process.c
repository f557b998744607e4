/* The process on macOS, through libSystem alone. What is imported of it: clock_getres
   clock_gettime _exit getentropy getpid kill mmap mprotect munmap nanosleep _NSGetExecutablePath readlinkat sched_yield
   sigaction sigaltstack write; in a C program, for _exit: exit _NSGetArgv _NSGetEnviron.
   Declared here, as the system's headers have them, so that none is needed. */

#include "../stack.h"

struct posix_time {
    i64 seconds;
    long nanoseconds;
};

i64 write(int file, const void *data, size_t size);
void *mmap(void *address, size_t size, int protection, int flags, int file, i64 offset);
int munmap(void *address, size_t size);
int mprotect(void *address, size_t size, int protection);
int clock_gettime(unsigned clock, struct posix_time *time);
int clock_getres(unsigned clock, struct posix_time *time);
int nanosleep(const struct posix_time *time, struct posix_time *rest);
int sched_yield(void);
int getentropy(void *buffer, size_t size);
int _NSGetExecutablePath(char *buffer, u32 *size);
i64 readlinkat(int directory, const char *path, char *target, size_t size);
_Noreturn void _exit(int code);

#define POSIX_PROT_NONE 0
#define POSIX_PROT_READ_WRITE 3
/* MAP_PRIVATE | MAP_ANON | MAP_NORESERVE */
#define POSIX_MAP_RESERVE 0x1042
#define POSIX_NANOSECONDS 1000000000ull
#define POSIX_STACK_GUARD_SIZE 0x400000ull
#define POSIX_ENTROPY_MAX 256

#define PROCESS_LIMIT_HINT ": see 'ulimit -v'"

static WASM_THREAD_LOCAL u8 *posix_stack_guard;

INTERNAL void process_write_error(const char *text, u64 size) {
    while (size) {
        i64 written = write(2, text, size);
        if (written <= 0) return;
        text += written;
        size -= (u64)written;
    }
}

#define POSIX_AT_FDCWD (-2)

static i64 executable_read_link(const char *path, char *target, u64 size) {
    return readlinkat(POSIX_AT_FDCWD, path, target, size);
}

#include "../started-path.h"

/* The system says the path as the program was called, absolute or relative to the working directory it started in. */
INTERNAL u64 process_executable_path(char *buffer, u64 size) {
    u32 room = (u32)size;
    if (_NSGetExecutablePath(buffer, &room)) return 0;
    u64 length = 0;
    while (buffer[length]) length++;
    return started_follow(buffer, length, size);
}

/* The address is a hint: it is taken if it is free. */
INTERNAL u8 *process_reserve(u8 *address, u64 size) {
    u8 *result = mmap(address, size, POSIX_PROT_NONE, POSIX_MAP_RESERVE, -1, 0);
    if (result == (u8 *)-1) return NULL;
    if (!address || result == address) return result;
    munmap(result, size);
    return NULL;
}

INTERNAL bool process_commit(u8 *address, u64 size) {
    return mprotect(address, size, POSIX_PROT_READ_WRITE) == 0;
}

INTERNAL void process_run_on_own_stack(void (*function)(void)) {
    u8 *guard = process_reserve(NULL, POSIX_STACK_GUARD_SIZE + WASM_STACK_SIZE);
    if (!guard || !process_commit(guard + POSIX_STACK_GUARD_SIZE, WASM_STACK_SIZE)) return;
    posix_stack_guard = guard;
    stack_enter(guard + POSIX_STACK_GUARD_SIZE + WASM_STACK_SIZE, function);
}

INTERNAL u8 *process_stack_top(void) {
    return posix_stack_guard + POSIX_STACK_GUARD_SIZE + WASM_STACK_SIZE;
}

/* Guarded like the first. */
INTERNAL bool process_stack_new(struct process_stack *stack, void (*function)(void)) {
    u8 *guard = process_reserve(NULL, POSIX_STACK_GUARD_SIZE + WASM_STACK_SIZE);
    if (!guard || !process_commit(guard + POSIX_STACK_GUARD_SIZE, WASM_STACK_SIZE)) return false;
    stack->guard = guard;
    stack->place = stack_prepare(guard + POSIX_STACK_GUARD_SIZE + WASM_STACK_SIZE, function);
    return true;
}

INTERNAL void process_stack_switch(struct process_stack *from, struct process_stack *to) {
    void *place = to->place;
    stack_probe();
    to->place = NULL;
    from->guard = posix_stack_guard;
    posix_stack_guard = to->guard;
    stack_switch(&from->place, place);
}

/* REALTIME, UPTIME_RAW (which does not run while the machine sleeps, as on Linux),
   PROCESS_CPUTIME_ID, THREAD_CPUTIME_ID */
static const u8 posix_clocks[PROCESS_CLOCK_COUNT] = {0, 8, 12, 16};

static u64 posix_nanoseconds(struct posix_time time) {
    return (u64)time.seconds * POSIX_NANOSECONDS + (u64)time.nanoseconds;
}

INTERNAL u16 process_clock_time(enum process_clock clock, u64 *nanoseconds) {
    struct posix_time time;
    if ((u32)clock >= PROCESS_CLOCK_COUNT) return WASI_EINVAL;
    if (clock_gettime(posix_clocks[clock], &time)) return WASI_EINVAL;
    *nanoseconds = posix_nanoseconds(time);
    return WASI_SUCCESS;
}

INTERNAL u16 process_clock_resolution(enum process_clock clock, u64 *nanoseconds) {
    struct posix_time time;
    if ((u32)clock >= PROCESS_CLOCK_COUNT) return WASI_EINVAL;
    if (clock_getres(posix_clocks[clock], &time)) return WASI_EINVAL;
    *nanoseconds = posix_nanoseconds(time);
    return WASI_SUCCESS;
}

/* A signal may end the sleep early. */
INTERNAL u16 process_sleep_until(enum process_clock clock, u64 nanoseconds) {
    for (;;) {
        u64 now;
        u16 error = process_clock_time(clock, &now);
        if (error) return error;
        if (now >= nanoseconds) return WASI_SUCCESS;
        u64 rest = nanoseconds - now;
        struct posix_time time = {
            .seconds = (i64)(rest / POSIX_NANOSECONDS),
            .nanoseconds = (long)(rest % POSIX_NANOSECONDS),
        };
        nanosleep(&time, NULL);
    }
}

INTERNAL void process_yield(void) {
    sched_yield();
}

INTERNAL u16 process_random(void *buffer, u64 size) {
    u8 *next = buffer;
    while (size) {
        u64 part = size < POSIX_ENTROPY_MAX ? size : POSIX_ENTROPY_MAX;
        if (getentropy(next, part)) return WASI_EIO;
        next += part;
        size -= part;
    }
    return WASI_SUCCESS;
}

#include "fault.h"

#ifdef WASM_LIBRARY

_Noreturn void exit(int code);
char ***_NSGetArgv(void);
char ***_NSGetEnviron(void);

INTERNAL _Noreturn void process_exit(int code) {
    exit(code);
}

INTERNAL const char *const *process_args(void) {
    return (const char *const *)*_NSGetArgv();
}

INTERNAL const char *const *process_environment(void) {
    return (const char *const *)*_NSGetEnviron();
}

#else

static char **posix_args, **posix_environment;

INTERNAL _Noreturn void process_exit(int code) {
    _exit(code);
}

INTERNAL const char *const *process_args(void) {
    return (const char *const *)posix_args;
}

INTERNAL const char *const *process_environment(void) {
    return (const char *const *)posix_environment;
}

_Noreturn static void start(void);

/* LC_MAIN's entry point. */
int main(int arg_count, char **args, char **environment);
int main(int arg_count, char **args, char **environment) {
    (void)arg_count;
    posix_args = args;
    posix_environment = environment;
    start();
}

#endif
