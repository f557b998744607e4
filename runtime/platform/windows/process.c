/* The process on Windows: kernel32 and one function of advapi32, no C runtime. */

#include "../stack.h"
#include "system.h"
#include "strings.h"
#ifndef WASM_LIBRARY
#include "support.h"
#endif

#define PROCESS_LIMIT_HINT ": see the limits of the job or container"

/* From FILETIME's epoch to 1970, in its units of 100 ns. */
#define WIN_EPOCH 116444736000000000ull
#define WIN_TIME_UNIT 100

INTERNAL void process_write_error(const char *text, u64 size) {
    u32 written;
    WriteFile(GetStdHandle(WIN_STD_ERROR), text, (u32)size, &written, NULL);
}

#ifdef WASM_LIBRARY
_Noreturn void exit(int code);
#endif

INTERNAL _Noreturn void process_exit(int code) {
#ifdef WASM_LIBRARY
    exit(code);
#else
    ExitProcess((u32)code);
#endif
}

INTERNAL u8 *process_reserve(u8 *address, u64 size) {
    return VirtualAlloc(address, size, WIN_MEM_RESERVE, WIN_PAGE_NOACCESS);
}

INTERNAL bool process_commit(u8 *address, u64 size) {
    return VirtualAlloc(address, size, WIN_MEM_COMMIT, WIN_PAGE_READWRITE) != NULL;
}

/* The linker gave the first thread a stack of the right size, and Windows guards it. */
INTERNAL void process_run_on_own_stack(void (*function)(void)) {
    function();
}

/* The second word of what the system knows of the thread. */
INTERNAL u8 *process_stack_top(void) {
    u8 *top;
#ifdef __x86_64__
    __asm__("movq %%gs:8, %0" : "=r"(top));
#else
    __asm__("ldr %0, [x18, #8]" : "=r"(top));
#endif
    return top;
}

static u64 win_time_units(struct win_time time) {
    return (u64)time.high << 32 | time.low;
}

INTERNAL u16 process_clock_time(enum process_clock clock, u64 *nanoseconds) {
    struct win_time now, created, ended, kernel, user;
    i64 count, frequency;
    switch (clock) {
    case PROCESS_CLOCK_REALTIME:
        GetSystemTimePreciseAsFileTime(&now);
        *nanoseconds = (win_time_units(now) - WIN_EPOCH) * WIN_TIME_UNIT;
        return WASI_SUCCESS;
    case PROCESS_CLOCK_MONOTONIC:
        QueryPerformanceCounter(&count);
        QueryPerformanceFrequency(&frequency);
        *nanoseconds = (u64)(count / frequency) * 1000000000;
        *nanoseconds += (u64)(count % frequency) * 1000000000 / (u64)frequency;
        return WASI_SUCCESS;
    case PROCESS_CLOCK_PROCESS_CPU:
        if (!GetProcessTimes(GetCurrentProcess(), &created, &ended, &kernel, &user))
            return WASI_EIO;
        break;
    case PROCESS_CLOCK_THREAD_CPU:
        if (!GetThreadTimes(GetCurrentThread(), &created, &ended, &kernel, &user)) return WASI_EIO;
        break;
    default:
        return WASI_EINVAL;
    }
    *nanoseconds = (win_time_units(kernel) + win_time_units(user)) * WIN_TIME_UNIT;
    return WASI_SUCCESS;
}

/* CPU times advance with the scheduler's clock, 64 times a second. */
INTERNAL u16 process_clock_resolution(enum process_clock clock, u64 *nanoseconds) {
    i64 frequency;
    switch (clock) {
    case PROCESS_CLOCK_REALTIME:
        *nanoseconds = WIN_TIME_UNIT;
        return WASI_SUCCESS;
    case PROCESS_CLOCK_MONOTONIC:
        QueryPerformanceFrequency(&frequency);
        *nanoseconds = frequency >= 1000000000 ? 1 : 1000000000 / (u64)frequency;
        return WASI_SUCCESS;
    case PROCESS_CLOCK_PROCESS_CPU:
    case PROCESS_CLOCK_THREAD_CPU:
        *nanoseconds = 1000000000 / 64;
        return WASI_SUCCESS;
    default:
        return WASI_EINVAL;
    }
}

/* Sleep counts in milliseconds and may wake early; a day at a time stays far from its "forever". */
INTERNAL u16 process_sleep_until(enum process_clock clock, u64 nanoseconds) {
    for (;;) {
        u64 now;
        u16 error = process_clock_time(clock, &now);
        if (error) return error;
        if (now >= nanoseconds) return WASI_SUCCESS;
        u64 milliseconds = (nanoseconds - now + 999999) / 1000000;
        Sleep(milliseconds < 86400000 ? (u32)milliseconds : 86400000);
    }
}

INTERNAL void process_yield(void) {
    SwitchToThread();
}

INTERNAL u16 process_random(void *buffer, u64 size) {
    u8 *next = buffer;
    while (size) {
        u32 part = size < 0x40000000 ? (u32)size : 0x40000000;
        if (!SystemFunction036(next, part)) return WASI_EIO;
        next += part;
        size -= part;
    }
    return WASI_SUCCESS;
}

#include "fault.h"

/* Stacks are the system's fibers: it knows their ends, and their guards. */
static void (*win_fiber_function)(void);

static void win_fiber_main(void *argument) {
    (void)argument;
    win_keep_reserve();
    win_fiber_function();
}

INTERNAL bool process_stack_new(struct process_stack *stack, void (*function)(void)) {
    win_fiber_function = function;
    stack->place = CreateFiberEx(0, WASM_STACK_SIZE, WIN_FIBER_FLOAT_SWITCH, win_fiber_main, NULL);
    return stack->place != NULL;
}

INTERNAL void process_stack_switch(struct process_stack *from, struct process_stack *to) {
    static void *current;
    void *next = to->place;
    stack_probe();
    if (!current) current = ConvertThreadToFiberEx(NULL, WIN_FIBER_FLOAT_SWITCH);
    from->place = current;
    to->place = NULL;
    current = next;
    SwitchToFiber(next);
}

#ifndef WASM_LIBRARY
_Noreturn static void start(void);

_Noreturn void mainCRTStartup(void);
_Noreturn void mainCRTStartup(void) {
    start();
}
#endif
