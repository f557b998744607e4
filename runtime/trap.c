/* Traps: a message in the specification's words, the place, exit code 134 (as a shell reports
   abort()). */

#define EXIT_CODE_TRAP 134

static const char *const trap_texts[WASM_TRAP_COUNT] = {
    [WASM_TRAP_UNREACHABLE] = "unreachable",
    [WASM_TRAP_MEMORY_OUT_OF_BOUNDS] = "out of bounds memory access",
    [WASM_TRAP_INTEGER_DIVIDE_BY_ZERO] = "integer divide by zero",
    [WASM_TRAP_INTEGER_OVERFLOW] = "integer overflow",
    [WASM_TRAP_INVALID_CONVERSION] = "invalid conversion to integer",
    [WASM_TRAP_UNDEFINED_ELEMENT] = "undefined element",
    [WASM_TRAP_UNINITIALIZED_ELEMENT] = "uninitialized element",
    [WASM_TRAP_INDIRECT_CALL_TYPE_MISMATCH] = "indirect call type mismatch",
    [WASM_TRAP_TABLE_OUT_OF_BOUNDS] = "out of bounds table access",
    [WASM_TRAP_CALL_STACK_EXHAUSTED] = "call stack exhausted",
    [WASM_TRAP_NULL_REFERENCE] = "null reference",
    [WASM_TRAP_NULL_FUNCTION_REFERENCE] = "null function reference",
    [WASM_TRAP_NULL_EXCEPTION_REFERENCE] = "null exception reference",
    [WASM_TRAP_UNCAUGHT_EXCEPTION] = "uncaught exception",
    [WASM_TRAP_UNALIGNED_ATOMIC] = "unaligned atomic",
    [WASM_TRAP_EXPECTED_SHARED_MEMORY] = "expected shared memory",
};

/* Enough for any program; a fault in a module beyond them is reported without its function's
   name. */
static const struct wasm_module *trap_modules[256];
static u32 trap_module_count;

#ifdef WASM_TRAP_HOOK
WASM_API void (*wasm_trap_handler)(enum wasm_trap trap);
#endif

static void trap_add_place(
    struct text *text, const struct wasm_module *module, u32 function, u32 offset) {
    const struct wasm_function *f = &module->functions[function];
    text_add(text, "  in ");
    if (f->name) {
        text_add(text, "$");
        text_add(text, f->name);
    } else {
        text_add(text, "func[");
        text_add_number(text, module->import_count + function, 10);
        text_add(text, "]");
    }
    text_add(text, " (");
    text_add(text, module->file);
    text_add(text, "+0x");
    text_add_number(text, f->offset + offset, 16);
    text_add(text, ")\n");
}

/* module NULL: the place is unknown. */
_Noreturn WASM_COLD static void trap_report(
    enum wasm_trap trap, const struct wasm_module *module, u32 function, u32 offset) {
#ifdef WASM_TRAP_HOOK
    if (wasm_trap_handler) wasm_trap_handler(trap);
#endif
    struct text text;
#ifndef WASM_LIBRARY
    /* The first of several threads ends the others. */
    static u8 reported;
    while (__atomic_exchange_n(&reported, 1, __ATOMIC_RELAXED)) process_yield();
#endif
    text.length = 0;
    text_add(&text, "wasm trap: ");
    text_add(&text, trap_texts[trap]);
    text_add(&text, "\n");
    if (module) trap_add_place(&text, module, function, offset);
    text_write_error(&text);
    process_exit(EXIT_CODE_TRAP);
}

WASM_API _Noreturn WASM_COLD void wasm_trap(
    const struct wasm_module *module, enum wasm_trap trap, u32 function, u32 offset) {
    trap_report(trap, module, function, offset);
}

WASM_API _Noreturn WASM_COLD void wasm_trap_in_module(
    const struct wasm_module *module, enum wasm_trap trap) {
    struct text text;
#ifdef WASM_TRAP_HOOK
    if (wasm_trap_handler) wasm_trap_handler(trap);
#endif
    text.length = 0;
    text_add(&text, "wasm trap: ");
    text_add(&text, trap_texts[trap]);
    text_add(&text, "\n  in ");
    text_add(&text, module->file);
    text_add(&text, "\n");
    text_write_error(&text);
    process_exit(EXIT_CODE_TRAP);
}

WASM_API _Noreturn WASM_COLD void wasm_fail(const char *message) {
    struct text text;
    text.length = 0;
    text_add(&text, "wasm-exe: ");
    text_add(&text, message);
    text_add(&text, "\n");
    text_write_error(&text);
    process_exit(1);
}

/* The last function that starts at or before pc. The runtime is linked before the modules, so
   whatever lies below all of their functions is the runtime. False there. */
static bool trap_find_function(u64 pc, const struct wasm_module **module, u32 *function) {
    u64 best = 0;
    for (u32 m = 0; m < trap_module_count; m++) {
        for (u32 f = 0; f < trap_modules[m]->function_count; f++) {
            u64 code = (u64)trap_modules[m]->functions[f].code;
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
    u32 function = 0;
    if (!trap_find_function((u64)pc - 1, &module, &function)) wasm_trap_in_module(module, trap);
    trap_report(trap, module, function, 0);
}

#ifndef WASM_LIBRARY
/* Not the program's doing: the runtime, or the machine. */
_Noreturn WASM_COLD static void trap_report_crash(const struct process_fault *fault) {
    struct text text;
    text.length = 0;
    text_add(&text, "wasm-exe: fault in the runtime: access to 0x");
    text_add_number(&text, fault->address, 16);
    text_add(&text, " by the instruction at 0x");
    text_add_number(&text, fault->pc, 16);
    text_add(&text, "\n");
    text_write_error(&text);
    process_exit(EXIT_CODE_TRAP);
}
#endif

/* In a C program, a fault that is none of the module's is left to that program. */
static void trap_on_fault(const struct process_fault *fault) {
    const struct wasm_module *module = NULL;
    u32 function = 0;
    bool in_module = trap_find_function(fault->pc, &module, &function);
    if (fault->stack_overflow) trap_report(WASM_TRAP_CALL_STACK_EXHAUSTED, module, function, 0);
    if (in_module && memory_reserves(fault->address))
        trap_report(WASM_TRAP_MEMORY_OUT_OF_BOUNDS, module, function, 0);
#ifndef WASM_LIBRARY
    trap_report_crash(fault);
#endif
}

WASM_API void wasm_module_register(const struct wasm_module *module) {
    if (trap_module_count == 0) process_handle_faults(trap_on_fault);
    if (trap_module_count < sizeof trap_modules / sizeof *trap_modules)
        trap_modules[trap_module_count++] = module;
}
