/* Threads of WebAssembly: waiting on memory, and instances that share one. */
#ifndef WASM_THREADS_H
#define WASM_THREADS_H

#include "module.h"

/* Waits while the 4 or 8 bytes at `place` are `expected`, for at most `timeout` nanoseconds; a negative timeout is none.
   0: notified, 1: other bytes were there, 2: timed out. */
WASM_API u32 wasm_threads_wait(const u8 *place, u32 width, u64 expected, i64 timeout);

/* Wakes as many of those who wait on `place`, the longest waiting first: their number. */
WASM_API u32 wasm_threads_notify(const u8 *place, u32 count);

#ifdef WASM_THREADED
/* What a new thread runs, of the one module that starts threads: its part of instantiation, and the function that is given the
   thread's number and the argument of thread-spawn. Constant, as no code pointer need be written. */
struct wasm_thread_code {
    WASM_ABI void (*instantiate)(void);
    WASM_ABI void (*entry)(u32 number, u32 argument);
};
extern WASM_HIDDEN const struct wasm_thread_code wasm_thread_code;

/* Once in a program that starts threads: what Windows' loader finds thread-local variables by. Such variables themselves
   are in sections that the linker puts between these two. */
#ifdef _WIN32
struct wasm_tls_directory {
    const void *start, *end;
    u32 *index;
    const void *callbacks;
    u32 zeros, flags;
};
#define WASM_THREADS                                                                                         \
    static __attribute__((section(".tls"), used)) u64 wasm_tls_start;                                        \
    static __attribute__((section(".tls$ZZZ"), used)) u64 wasm_tls_end;                                      \
    u32 _tls_index;                                                                                          \
    const struct wasm_tls_directory _tls_used = {&wasm_tls_start, &wasm_tls_end, &_tls_index, NULL, 0, 0};
#else
#define WASM_THREADS
#endif
#endif

#endif
