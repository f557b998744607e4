/* From the platform's entry point to the program, and back to an exit code. */

WASM_API _Noreturn void wasm_exit(u32 code) {
    profile_write();
    process_exit((int)code);
}

#ifdef WASM_LIBRARY

/* A module in a C program is granted no directory and no variable. */
WASM_API const struct wasm_program wasm_program = {.name = "program"};

#else

static void start_program(void) {
#if defined(WASM_LISTEN) && !defined(WASM_NET)
    listeners_open();
#endif
    wasm_program_run();
    profile_write();
    process_exit(0);
}

/* Called by the platform's entry point. */
_Noreturn static void start(void) {
#ifdef WASM_CPU_LEVEL
    cpu_check();
#endif
#ifdef WASM_THREADED
    process_prepare_threads();
#endif
    process_run_on_own_stack(start_program);
    wasm_fail("not enough memory for the program's start");
}

#endif
