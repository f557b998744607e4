/* Threads of WebAssembly: waiting on memory, and instances that share one. */
#ifndef WASM_THREADS_H
#define WASM_THREADS_H

#include "module.h"

/* Waits while the 4 or 8 bytes at `place` are `expected`, for at most `timeout` nanoseconds; a negative timeout is none.
   0: notified, 1: other bytes were there, 2: timed out. */
WASM_API u32 wasm_threads_wait(const u8 *place, u32 width, u64 expected, i64 timeout);

/* Wakes as many of those who wait on `place`, the longest waiting first: their number. */
WASM_API u32 wasm_threads_notify(const u8 *place, u32 count);

#endif
