/* The process: its end, signals to itself, giving way. */
#include "../module.h"
#include "../platform/process.h"
#include "errno.h"

/* The signals of WASI that do nothing unless handled (and a program here cannot handle any), and
   those that would stop it. */
enum {
    SIGNAL_CHLD = 16,
    SIGNAL_CONT = 17,
    SIGNAL_STOP = 18,
    SIGNAL_TTOU = 21,
    SIGNAL_URG = 22,
    SIGNAL_WINCH = 27,
    SIGNAL_LAST = 30
};

WASM_API _Noreturn void wasi_snapshot_preview1__proc_exit(u32 code) {
    wasm_exit(code);
}

/* A deadly signal ends the program with 128 + its number, as a shell would show it, on every
   platform. */
WASM_API u32 wasi_snapshot_preview1__proc_raise(u32 signal) {
    if (signal > SIGNAL_LAST)
        return WASI_EINVAL;
    if (signal == 0 || signal == SIGNAL_CHLD || signal == SIGNAL_CONT || signal == SIGNAL_URG ||
        signal == SIGNAL_WINCH)
        return WASI_SUCCESS;
    if (signal >= SIGNAL_STOP && signal <= SIGNAL_TTOU)
        return WASI_ENOTSUP;
    wasm_exit(128 + signal);
}

WASM_API u32 wasi_snapshot_preview1__sched_yield(void) {
    process_yield();
    return WASI_SUCCESS;
}
