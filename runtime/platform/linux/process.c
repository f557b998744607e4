/* The process on Linux: the kernel's interface alone, no libc. */

#include "../stack.h"
#include "syscall.h"

#define LINUX_SYS_WRITE LINUX_SYSCALL_NUMBER(1, 64)
#define LINUX_SYS_MMAP LINUX_SYSCALL_NUMBER(9, 222)
#define LINUX_SYS_MPROTECT LINUX_SYSCALL_NUMBER(10, 226)
#define LINUX_SYS_MUNMAP LINUX_SYSCALL_NUMBER(11, 215)
#define LINUX_SYS_MREMAP LINUX_SYSCALL_NUMBER(25, 216)
#define LINUX_SYS_SCHED_YIELD LINUX_SYSCALL_NUMBER(24, 124)
#define LINUX_SYS_CLOCK_GETTIME LINUX_SYSCALL_NUMBER(228, 113)
#define LINUX_SYS_CLOCK_GETRES LINUX_SYSCALL_NUMBER(229, 114)
#define LINUX_SYS_CLOCK_NANOSLEEP LINUX_SYSCALL_NUMBER(230, 115)
#define LINUX_SYS_EXIT_GROUP LINUX_SYSCALL_NUMBER(231, 94)
#define LINUX_SYS_READLINKAT LINUX_SYSCALL_NUMBER(267, 78)
#define LINUX_SYS_GETRANDOM LINUX_SYSCALL_NUMBER(318, 278)

#define LINUX_AT_FDCWD (-100)
#define LINUX_EINTR 4
#define LINUX_PROT_NONE 0
#define LINUX_PROT_READ_WRITE 3
/* MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE */
#define LINUX_MAP_RESERVE 0x4022
/* A stack grows page by page: no huge page is filled with zeros for its first use. */
#define LINUX_MAP_STACK 0x20000
#define LINUX_MAP_FIXED_NOREPLACE 0x100000
/* MREMAP_MAYMOVE | MREMAP_FIXED */
#define LINUX_MREMAP_TO 3
#define LINUX_TIMER_ABSTIME 1
#define LINUX_NANOSECONDS 1000000000ull

#define LINUX_STACK_GUARD_SIZE 0x400000ull

#define PROCESS_LIMIT_HINT ": see 'ulimit -v' and the limits of the container"

struct linux_time {
    i64 seconds, nanoseconds;
};

static WASM_THREAD_LOCAL u8 *linux_stack_guard;

INTERNAL void process_write_error(const char *text, u64 size) {
    while (size) {
        i64 written = linux_syscall(LINUX_SYS_WRITE, 2, text, size);
        if (written == -LINUX_EINTR) continue;
        if (written <= 0) return;
        text += written;
        size -= (u64)written;
    }
}

#ifdef WASM_LIBRARY
_Noreturn void exit(int code);
#endif

INTERNAL _Noreturn void process_exit(int code) {
#ifdef WASM_LIBRARY
    exit(code);
#else
    for (;;) linux_syscall(LINUX_SYS_EXIT_GROUP, code);
#endif
}

static u8 *linux_map(u8 *address, u64 size, u64 protection, u64 flags) {
    i64 result = linux_syscall(LINUX_SYS_MMAP, address, size, protection, flags, -1, 0);
    return result < 0 && result > -4096 ? NULL : (u8 *)result;
}

/* Kernels before 4.17 take MAP_FIXED_NOREPLACE for a hint, and may map elsewhere. */
INTERNAL u8 *process_reserve(u8 *address, u64 size) {
    u64 where = address ? LINUX_MAP_FIXED_NOREPLACE : 0;
    u8 *result = linux_map(address, size, LINUX_PROT_NONE, LINUX_MAP_RESERVE | where);
    if (!result || !address || result == address) return result;
    linux_syscall(LINUX_SYS_MUNMAP, result, size);
    return NULL;
}

INTERNAL bool process_commit(u8 *address, u64 size) {
    return linux_syscall(LINUX_SYS_MPROTECT, address, size, LINUX_PROT_READ_WRITE) == 0;
}

/* Only a system call filter can be in the way. */
INTERNAL bool process_move(const u8 *from, u8 *to, u64 size) {
    return linux_syscall(LINUX_SYS_MREMAP, from, size, size, LINUX_MREMAP_TO, to) == (i64)to;
}

#ifndef WASM_LIBRARY
#define LINUX_STACK_TOP ((u8 *)WASM_MEMORY_BASE)

/* Right below the memory: on x64 they share page tables. The guard is what nobody maps below that. */
INTERNAL void process_run_on_own_stack(void (*function)(void)) {
    u8 *stack = LINUX_STACK_TOP - WASM_STACK_SIZE;
    linux_stack_guard = stack - LINUX_STACK_GUARD_SIZE;
    i64 flags = LINUX_MAP_RESERVE | LINUX_MAP_STACK | LINUX_MAP_FIXED_NOREPLACE;
    if (linux_map(stack, WASM_STACK_SIZE, LINUX_PROT_READ_WRITE, flags) == stack)
        stack_enter(LINUX_STACK_TOP, function);
}

INTERNAL u8 *process_stack_top(void) {
    return LINUX_STACK_TOP;
}
#endif

/* Guarded like the first. */
INTERNAL bool process_stack_new(struct process_stack *stack, void (*function)(void)) {
    u8 *guard = linux_map(NULL, LINUX_STACK_GUARD_SIZE + WASM_STACK_SIZE, LINUX_PROT_NONE, LINUX_MAP_RESERVE | LINUX_MAP_STACK);
    if (!guard || !process_commit(guard + LINUX_STACK_GUARD_SIZE, WASM_STACK_SIZE)) return false;
    stack->guard = guard;
    stack->place = stack_prepare(guard + LINUX_STACK_GUARD_SIZE + WASM_STACK_SIZE, function);
    return true;
}

INTERNAL void process_stack_switch(struct process_stack *from, struct process_stack *to) {
    void *place = to->place;
    stack_probe();
    to->place = NULL;
    from->guard = linux_stack_guard;
    linux_stack_guard = to->guard;
    stack_switch(&from->place, place);
}

/* The numbers of WASI's clocks are those of Linux. */
INTERNAL u16 process_clock_time(enum process_clock clock, u64 *nanoseconds) {
    struct linux_time time;
    if (linux_syscall(LINUX_SYS_CLOCK_GETTIME, clock, &time)) return WASI_EINVAL;
    *nanoseconds = (u64)time.seconds * LINUX_NANOSECONDS + (u64)time.nanoseconds;
    return WASI_SUCCESS;
}

INTERNAL u16 process_clock_resolution(enum process_clock clock, u64 *nanoseconds) {
    struct linux_time time;
    if (linux_syscall(LINUX_SYS_CLOCK_GETRES, clock, &time)) return WASI_EINVAL;
    *nanoseconds = (u64)time.seconds * LINUX_NANOSECONDS + (u64)time.nanoseconds;
    return WASI_SUCCESS;
}

INTERNAL u16 process_sleep_until(enum process_clock clock, u64 nanoseconds) {
    struct linux_time time = {
        .seconds = (i64)(nanoseconds / LINUX_NANOSECONDS),
        .nanoseconds = (i64)(nanoseconds % LINUX_NANOSECONDS),
    };
    i64 result;
    do result = linux_syscall(LINUX_SYS_CLOCK_NANOSLEEP, clock, LINUX_TIMER_ABSTIME, &time, NULL);
    while (result == -LINUX_EINTR);
    return result ? WASI_EINVAL : WASI_SUCCESS;
}

INTERNAL void process_yield(void) {
    linux_syscall(LINUX_SYS_SCHED_YIELD);
}

INTERNAL u16 process_random(void *buffer, u64 size) {
    u8 *next = buffer;
    while (size) {
        i64 got = linux_syscall(LINUX_SYS_GETRANDOM, next, size, 0);
        if (got == -LINUX_EINTR) continue;
        if (got <= 0) return WASI_EIO;
        next += got;
        size -= (u64)got;
    }
    return WASI_SUCCESS;
}

#ifdef WASM_LIBRARY
#include "library.h"
#else
#include "executable.h"

_Noreturn static void start(void);
#include "entry.h"

#endif

#include "fault.h"
