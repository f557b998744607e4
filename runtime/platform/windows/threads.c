/* Threads on Windows. Thread-local variables are the system's loader's work: see WASM_THREADS in threads.h. */

#include "nt.h"

/* The size is that of the reservation, not of what is committed. */
#define WIN_STACK_SIZE_IS_RESERVATION 0x10000u

WIN_IMPORT(void *) CreateThread(void *security, u64 stack, u32 (*function)(void *), void *argument, u32 flags, u32 *id);

/* Its number and argument are the halves of what a thread is given. */
static u32 win_thread_main(void *both) {
    u32 reserve = WIN_STACK_RESERVE;
    SetThreadStackGuarantee(&reserve);
    threads_run((u32)((u64)both >> 32), (u32)(u64)both);
    return 0;
}

INTERNAL void process_prepare_threads(void) {
}

INTERNAL bool process_start_thread(u32 number, u32 argument) {
    void *both = (void *)((u64)number << 32 | argument);
    void *thread = CreateThread(NULL, WASM_STACK_SIZE, win_thread_main, both, WIN_STACK_SIZE_IS_RESERVATION, NULL);
    if (!thread) return false;
    CloseHandle(thread);
    return true;
}
