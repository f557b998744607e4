/* What the runtime asks of the operating system about the process itself; one implementation per
   platform, in <platform>/process.c. Results of type u16 are WASI error numbers (wasi/errno.h).
   Strings are UTF-8. */
#ifndef WASM_PLATFORM_PROCESS_H
#define WASM_PLATFORM_PROCESS_H

#include "../types.h"

/* The arguments of the process, the program's name first. Ends with NULL. */
INTERNAL const char *const *process_args(void);
/* NAME=value. Ends with NULL. */
INTERNAL const char *const *process_environment(void);
/* The absolute path of the executable file, NUL-terminated, with the platform's separators. Its
   length, or 0 if unknown. */
INTERNAL u64 process_executable_path(char *buffer, u64 size);

/* Writes all of it to standard error; errors are ignored. */
INTERNAL void process_write_error(const char *text, u64 size);
/* Ends the process at once; nothing is buffered here. In a C program, its exit handlers run. */
INTERNAL _Noreturn void process_exit(int code);

/* The clocks, numbered as in WASI. */
enum process_clock {
    PROCESS_CLOCK_REALTIME,    /* since 1970 */
    PROCESS_CLOCK_MONOTONIC,   /* since some moment in the past */
    PROCESS_CLOCK_PROCESS_CPU, /* spent by this process */
    PROCESS_CLOCK_THREAD_CPU,  /* spent by this thread */
    PROCESS_CLOCK_COUNT
};
INTERNAL u16 process_clock_time(enum process_clock clock, u64 *nanoseconds);
INTERNAL u16 process_clock_resolution(enum process_clock clock, u64 *nanoseconds);
/* Sleeps until the clock (realtime or monotonic) shows that time. */
INTERNAL u16 process_sleep_until(enum process_clock clock, u64 nanoseconds);
INTERNAL void process_yield(void);
/* Bytes fit for keys, from the system. */
INTERNAL u16 process_random(void *buffer, u64 size);

/* Address space with no access, at exactly that address (NULL: anywhere); NULL if there is no
   room. */
INTERNAL u8 *process_reserve(u8 *address, u64 size);
/* Makes a part of a reservation readable, writable and zero. */
INTERNAL bool process_commit(u8 *address, u64 size);

/* Where a platform can: has readable and writable pages of the executable take the place of committed ones. False if not,
   and then both are as before. */
INTERNAL bool process_move(const u8 *from, u8 *to, u64 size);

/* Sleeps while the word is `value`, for about that many nanoseconds at most; may wake up before. */
#define PROCESS_NO_TIMEOUT (~0ull)
INTERNAL void process_wait(const u32 *word, u32 value, u64 nanoseconds);
/* Wakes one that sleeps on the word. It may lie where nothing is any more. */
INTERNAL void process_wake(const u32 *word);

#if defined(WASM_THREADED) && !defined(WASM_LIBRARY)
/* Makes thread-local variables of the first thread work. */
INTERNAL void process_prepare_threads(void);
/* What a new thread runs: in wasi/threads.c. */
static void threads_run(u32 number, u32 argument);
/* Has it run in a new thread, on a stack of its own. False if there is no room for one. */
INTERNAL bool process_start_thread(u32 number, u32 argument);
#endif

/* The stack that a program's code runs on. On Windows the linker's --stack sets it. */
#ifndef WASM_STACK_SIZE
#define WASM_STACK_SIZE 0x1000000ull
#endif

/* A fault of the processor: an access to memory, the end of the stack, an illegal instruction. */
struct process_fault {
    u64 address;         /* of the access */
    u64 pc;              /* of the instruction */
    bool stack_overflow; /* the access was to the end of the stack */
};
/* Called on a fault, on a stack of its own: in trap.c. Returns only when the fault is none of ours: the host program's own
   handler, or the system's default, then sees it. */
static void trap_on_fault(const struct process_fault *fault);
/* Has it called on each fault of this thread. In executables, a write to a broken pipe, or beyond the largest size of a file
   that the host allows, is from then on an error, not the end of the process. */
INTERNAL void process_handle_faults(void);

/* Runs `function`, which must not return, on a stack of WASM_STACK_SIZE bytes that ends in a
   guard. Returns only if there is no memory for one. */
INTERNAL void process_run_on_own_stack(void (*function)(void));
/* Where that stack begins: all of its frames are below. */
INTERNAL u8 *process_stack_top(void);

/* A stack that a program left and may go on with. */
struct process_stack {
    void *place; /* NULL while it runs */
    u8 *guard;
};
/* One on which `function`, which must not return, is about to run. False if there is no room for it. */
INTERNAL bool process_stack_new(struct process_stack *stack, void (*function)(void));
/* Leaves the stack that runs, and notes where in `from`. */
INTERNAL void process_stack_switch(struct process_stack *from, struct process_stack *to);

#endif
