/* Traps: a message in the specification's words, the place, exit code 134 (as a shell reports
   abort()). */

#define EXIT_CODE_TRAP 134

/* Enough for any program; a fault in a module beyond them is reported without its function's
   name. */
static const struct wasm_module *trap_modules[256];
static u32 trap_module_count;

#ifdef WASM_TRAP_HOOK
WASM_API void (*wasm_trap_handler)(const char *trap);
#endif

static void trap_add_function(u32 function, const struct wasm_module *module) {
    const char *name = module->names ? text_nth(module->names, function) : "";
    if (*name) {
        text_add("$");
        text_add(name);
    } else {
        text_add("func[");
        text_add_number(module->import_count + function, 10);
        text_add("]");
    }
}

/* The place was found by the address of the code. */
static bool trap_by_address;

static void trap_add_place(u32 function, u32 offset, const struct wasm_module *module) {
    u32 body;
    text_add("\n  in ");
    if (function == WASM_NO_FUNCTION) {
        text_add(module->file);
        return;
    }
    trap_add_function(function, module);
    text_add(" (");
    text_add(module->file);
    text_add("+0x");
    body = module->functions[function].offset;
    text_add_number((body & ~WASM_INLINES) + offset, 16);
    text_add(")");
    if (trap_by_address && body & WASM_INLINES) text_add(" or a function inlined into it");
}

WASM_API _Noreturn WASM_COLD void wasm_trap(
    const char *trap, u32 function, u32 offset, const struct wasm_module *module) {
#ifdef WASM_TRAP_HOOK
    if (wasm_trap_handler) wasm_trap_handler(trap);
#endif
    text_begin("wasm trap: ");
    text_add(trap);
    if (module) trap_add_place(function, offset, module);
    text_end_process(EXIT_CODE_TRAP);
}

WASM_API _Noreturn WASM_COLD void wasm_fail(const char *message) {
    text_begin("wasm-exe: ");
    text_add(message);
    text_end_process(1);
}

struct trap_place {
    const struct wasm_module *module; /* NULL: the runtime */
    u32 function;
};

/* The last function that starts at or before pc. The runtime is linked before the modules, so
   whatever lies below all of their functions is the runtime. */
static struct trap_place trap_find(u64 pc) {
    struct trap_place place = {NULL, 0};
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
            place = (struct trap_place){trap_modules[m], f};
        }
    }
    return place;
}

static u64 trap_read_leb(const u8 **at, bool is_signed) {
    u64 value = 0;
    u32 shift = 0;
    u8 byte;
    do {
        byte = *(*at)++;
        value |= (u64)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    if (is_signed && byte & 0x40) value |= ~0ull << shift;
    return value;
}

/* The offset in its function of the instruction at pc: of the last place at or before it. */
static u32 trap_offset(const struct trap_place *place, u64 pc) {
    const u8 *places = place->module ? place->module->places : NULL, *at, *end;
    const struct wasm_function *functions;
    u64 code, offset = 0, found = 0;
    if (!places) return 0;
    functions = place->module->functions;
    at = places + ((const u32 *)places)[place->function];
    end = places + ((const u32 *)places)[place->function + 1];
    code = (u64)functions[place->function].code;
#ifndef WASM_FUNCTION_ADDRESSES
    code += (u64)functions;
#endif
    while (at < end) {
        code += trap_read_leb(&at, false);
        offset += trap_read_leb(&at, true);
        if (code > pc) break;
        found = offset;
    }
    return (u32)found;
}

WASM_API _Noreturn WASM_COLD void wasm_trap_at(const char *trap, const void *pc) {
    struct trap_place place = trap_find((u64)pc - 1);
    trap_by_address = true;
    wasm_trap(trap, place.function, trap_offset(&place, (u64)pc - 1), place.module);
}

#ifdef WASM_MACHINE
WASM_API WASM_THREAD_LOCAL const void *wasm_machine_caller;
#endif

/* In a C program, a fault that is none of the module's is left to that program. */
static void trap_on_fault(const struct process_fault *fault) {
    u64 pc = fault->pc;
    struct trap_place place = trap_find(pc);
    const char *trap = NULL;
#ifdef WASM_MACHINE
    /* What the runtime does for an instruction happens in that instruction's function. */
    if (!place.module && wasm_machine_caller && memory_reserves(fault->address)) {
        pc = (u64)wasm_machine_caller - 1;
        place = trap_find(pc);
    }
#endif
    if (place.module && memory_reserves(fault->address)) trap = WASM_TRAP_MEMORY_OUT_OF_BOUNDS;
    if (fault->stack_overflow) trap = WASM_TRAP_CALL_STACK_EXHAUSTED;
    trap_by_address = true;
    if (trap) wasm_trap(trap, place.function, trap_offset(&place, pc), place.module);
#ifndef WASM_LIBRARY
    /* Not the program's doing: the runtime, or the machine. */
    text_begin("wasm-exe: fault in the runtime: access to 0x");
    text_add_number(fault->address, 16);
    text_add(" by the instruction at 0x");
    text_add_number(fault->pc, 16);
    text_end_process(EXIT_CODE_TRAP);
#endif
}

WASM_API void wasm_module_register(const struct wasm_module *module) {
    if (trap_module_count == 0) process_handle_faults();
    if (trap_module_count < sizeof trap_modules / sizeof *trap_modules)
        trap_modules[trap_module_count++] = module;
}
