/* The process on Windows: kernel32 and one function of advapi32, no C runtime. */

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
        *nanoseconds = (u64)(count / frequency) * 1000000000 + (u64)(count % frequency) * 1000000000 / (u64)frequency;
        return WASI_SUCCESS;
    case PROCESS_CLOCK_PROCESS_CPU:
        if (!GetProcessTimes(GetCurrentProcess(), &created, &ended, &kernel, &user)) return WASI_EIO;
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

#define WIN_EXCEPTION_CONTINUE_SEARCH 0
#define WIN_ACCESS_VIOLATION 0xC0000005u
#define WIN_IN_PAGE_ERROR 0xC0000006u
#define WIN_STACK_OVERFLOW 0xC00000FDu
/* What else the processor reports: breakpoints, misalignment, illegal instructions, arithmetic. */
static const u32 win_fault_codes[] = {0x80000003, 0x80000002, 0xC000001D, 0xC0000025, 0xC0000094, 0xC0000095, 0xC0000096};
/* Room that is left for the handler when the stack has overflowed. */
#define WIN_STACK_RESERVE 0x8000

static void (*win_fault_handler)(const struct process_fault *fault);

static bool win_is_fault(u32 code) {
    if (code == WIN_ACCESS_VIOLATION || code == WIN_IN_PAGE_ERROR || code == WIN_STACK_OVERFLOW) return true;
    for (u32 i = 0; i < sizeof win_fault_codes / sizeof *win_fault_codes; i++)
        if (code == win_fault_codes[i]) return true;
    return false;
}

/* Sees every exception first, those that others raise and handle too. */
static i32 win_on_exception(struct win_exception *exception) {
    const struct win_exception_record *record = exception->record;
    if (win_is_fault(record->code)) {
        struct process_fault fault;
        fault.address = record->parameter_count > 1 ? record->parameters[1] : (u64)record->address;
        fault.pc = (u64)record->address;
        fault.stack_overflow = record->code == WIN_STACK_OVERFLOW;
        win_fault_handler(&fault);
    }
    return WIN_EXCEPTION_CONTINUE_SEARCH;
}

INTERNAL void process_handle_faults(void (*handler)(const struct process_fault *fault)) {
    u32 reserve = WIN_STACK_RESERVE;
    win_fault_handler = handler;
    SetThreadStackGuarantee(&reserve);
    AddVectoredExceptionHandler(1, win_on_exception);
}

#ifndef WASM_LIBRARY
_Noreturn static void start(void);

_Noreturn void mainCRTStartup(void);
_Noreturn void mainCRTStartup(void) {
    start();
}
#endif
