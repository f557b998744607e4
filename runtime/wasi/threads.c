/* wasi-threads: thread-spawn. Each thread is an instance of the module; they share its memory. */

#include "../threads.h"

/* The specification leaves the numbers above to others. */
#define THREADS_MAX_NUMBER 0x1fffffffu

static void threads_run(u32 number, u32 argument) {
    wasm_thread_code.instantiate();
    wasm_thread_code.entry(number, argument);
    wasm_exception_check();
    table_release_all();
}

/* The thread's number, or a negative errno. */
u32 wasi__threadZ2dspawn(u32 argument) WASM_API;
u32 wasi__threadZ2dspawn(u32 argument) {
    static u32 last;
    u32 number = __atomic_fetch_add(&last, 1, __ATOMIC_RELAXED) % THREADS_MAX_NUMBER + 1;
    return process_start_thread(number, argument) ? number : -(u32)WASI_EAGAIN;
}
