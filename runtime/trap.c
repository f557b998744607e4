/* Traps: a message in the specification's words, the place, exit code 134 (as a shell reports
   abort()). */

#define EXIT_CODE_TRAP 134

/* In the order of enum wasm_trap. */
static const char trap_texts[] =
    "unreachable\0"
    "out of bounds memory access\0"
    "integer divide by zero\0"
    "integer overflow\0"
    "invalid conversion to integer\0"
    "undefined element\0"
    "uninitialized element\0"
    "indirect call type mismatch\0"
    "out of bounds table access\0"
    "call stack exhausted\0"
    "null reference\0"
    "null function reference\0"
    "null exception reference\0"
    "uncaught exception\0"
    "unaligned atomic\0"
    "expected shared memory";

/* Enough for any program; a fault in a module beyond them is reported without its function's
   name. */
static const struct wasm_module *trap_modules[256];
static u32 trap_module_count;

#ifdef WASM_TRAP_HOOK
WASM_API void (*wasm_trap_handler)(enum wasm_trap trap);
#endif

/* For `function`: the place is in none. */
#define TRAP_NO_FUNCTION (~0u)

/* module NULL: the place is unknown. */
_Noreturn WASM_COLD static void trap_report(
    enum wasm_trap trap, const struct wasm_module *module, u32 function, u32 offset) {
#ifdef WASM_TRAP_HOOK
    if (wasm_trap_handler) wasm_trap_handler(trap);
#endif
#ifdef WASM_THREADED
    /* The first of several threads ends the others. */
    static u8 reported;
    while (__atomic_exchange_n(&reported, 1, __ATOMIC_RELAXED)) process_yield();
#endif
    const char *text = text_nth(trap_texts, trap), *format = "wasm trap: %s\n  in func[%d] (%s+0x%x)\n";
    u64 function_text = 0, file = 0;
    if (!module) {
        format = "wasm trap: %s\n";
    } else if (function == TRAP_NO_FUNCTION) {
        format = "wasm trap: %s\n  in %s\n";
        function_text = (u64)module->file;
    } else {
        const char *name = module->names ? text_nth(module->names, function) : "";
        function_text = module->import_count + function;
        if (*name) {
            format = "wasm trap: %s\n  in $%s (%s+0x%x)\n";
            function_text = (u64)name;
        }
        file = (u64)module->file;
        offset += module->functions[function].offset;
    }
    text_end_process(EXIT_CODE_TRAP, format, (u64)text, function_text, file, offset);
}

WASM_API _Noreturn WASM_COLD void wasm_trap(
    const struct wasm_module *module, enum wasm_trap trap, u32 function, u32 offset) {
    trap_report(trap, module, function, offset);
}

WASM_API _Noreturn WASM_COLD void wasm_trap_in_module(
    const struct wasm_module *module, enum wasm_trap trap) {
    trap_report(trap, module, TRAP_NO_FUNCTION, 0);
}

WASM_API _Noreturn WASM_COLD void wasm_fail(const char *message) {
    text_end_process(1, "wasm-exe: %s\n", (u64)message, 0, 0, 0);
}

/* The last function that starts at or before pc. The runtime is linked before the modules, so
   whatever lies below all of their functions is the runtime. False there. */
static bool trap_find_function(u64 pc, const struct wasm_module **module, u32 *function) {
    u64 best = 0;
    for (u32 m = 0; m < trap_module_count; m++) {
        const struct wasm_function *functions = trap_modules[m]->functions;
        for (u32 f = 0; f < trap_modules[m]->function_count; f++) {
            u64 code = (u64)functions[f].code;
#ifndef WASM_FUNCTION_ADDRESSES
            code += (u64)functions;
#endif
            if (code > pc || code <= best) continue;
            best = code;
            *module = trap_modules[m];
            *function = f;
        }
    }
    return best != 0;
}

WASM_API _Noreturn WASM_COLD void wasm_trap_at(
    const struct wasm_module *module, enum wasm_trap trap, const void *pc) {
    u32 function = TRAP_NO_FUNCTION;
    trap_find_function((u64)pc - 1, &module, &function);
    trap_report(trap, module, function, 0);
}

/* In a C program, a fault that is none of the module's is left to that program. */
static void trap_on_fault(const struct process_fault *fault) {
    const struct wasm_module *module = NULL;
    u32 function = 0;
    bool in_module = trap_find_function(fault->pc, &module, &function);
    if (fault->stack_overflow) trap_report(WASM_TRAP_CALL_STACK_EXHAUSTED, module, function, 0);
    if (in_module && memory_reserves(fault->address))
        trap_report(WASM_TRAP_MEMORY_OUT_OF_BOUNDS, module, function, 0);
#ifndef WASM_LIBRARY
    /* Not the program's doing: the runtime, or the machine. */
    text_end_process(EXIT_CODE_TRAP,
        "wasm-exe: fault in the runtime: access to 0x%x by the instruction at 0x%x\n",
        fault->address, fault->pc, 0, 0);
#endif
}

WASM_API void wasm_module_register(const struct wasm_module *module) {
    if (trap_module_count == 0) process_handle_faults(trap_on_fault);
    if (trap_module_count < sizeof trap_modules / sizeof *trap_modules)
        trap_modules[trap_module_count++] = module;
}
