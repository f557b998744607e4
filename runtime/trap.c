/* Traps: a message in the specification's words, the place, exit code 134 (as a shell reports
   abort()). */

#define EXIT_CODE_TRAP 134

/* Enough for any program; a fault in a module beyond them is reported without its function's
   name. */
static const struct wasm_module *trap_modules[256];
static u32 trap_module_count;

#ifdef WASM_TRAP_HOOK
WASM_HIDDEN void (*wasm_trap_handler)(const char *trap);
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

/* What is added to a place that was found by the address of its code, if anything. */
static const char *trap_suffix;

static void trap_add_place(u32 function, u32 offset, const struct wasm_module *module) {
    text_add("\n  in ");
    if (function == WASM_NO_FUNCTION) {
        text_add(module->file);
        return;
    }
    trap_add_function(function, module);
    text_add(" (");
    text_add(module->file);
    text_add("+0x");
    if (!module->places) offset += module->functions[function].offset & ~WASM_INLINES;
    text_add_number(offset, 16);
    text_add(")");
    if (trap_suffix) text_add(trap_suffix);
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
    u32 offset; /* from the beginning of its body; of code with places from that of the file */
    u64 code;   /* of what was found, the address at which it begins */
};

/* Looks for what is the last to begin at or before pc, if that is behind what was found. The runtime is linked before the
   modules, so whatever lies below all of their functions is the runtime. */
typedef void trap_finder(struct trap_place *found, const struct wasm_module *module, u64 pc);
/* All modules of a program are of one generator. */
static trap_finder *trap_find_in;

static u64 trap_code(const struct wasm_function *table, u32 row) {
#ifdef WASM_FUNCTION_ADDRESSES
    return (u64)table[row].code;
#else
    return (u64)table + table[row].code;
#endif
}

static u32 trap_first_of(const struct wasm_module *module, u32 clone) {
    u32 f = 0;
    while ((module->functions[f].offset ^ module->clones[clone].offset) & ~WASM_INLINES) f++;
    return f;
}

/* In tables of functions. */
static void trap_find_in_table(struct trap_place *found, const struct wasm_module *module, u64 pc) {
    u32 count = module->function_count;
    for (u32 i = 0; i < count + module->clone_count; i++) {
        u64 code = i < count ? trap_code(module->functions, i) : trap_code(module->clones, i - count);
        if (code > pc || code <= found->code) continue;
        u32 f = i < count ? i : trap_first_of(module, i - count);
        *found = (struct trap_place){module, f, 0, code};
        trap_suffix = module->functions[f].offset & WASM_INLINES ? " or a function inlined into it" : NULL;
    }
}

#ifdef WASM_MACHINE
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

static void trap_find_in_places(struct trap_place *found, const struct wasm_module *module, u64 pc) {
    const u8 *at = module->places;
    struct trap_place place = {module, WASM_NO_FUNCTION, 0, (u64)module->functions};
    for (;;) {
        u64 distance = trap_read_leb(&at, false);
        place.code += distance >> 1;
        if (distance == WASM_PLACES_END || place.code > pc) break;
        place.function += distance & 1;
        place.offset += (u32)trap_read_leb(&at, true);
        if (place.code > found->code) *found = place;
    }
}
#endif

static void trap_find(struct trap_place *found, u64 pc) {
    *found = (struct trap_place){NULL, 0, 0, 0};
    for (u32 m = 0; m < trap_module_count; m++) trap_find_in(found, trap_modules[m], pc);
}

WASM_API _Noreturn WASM_COLD void wasm_trap_at(const char *trap, const void *pc) {
    struct trap_place place;
    trap_find(&place, (u64)pc - 1);
    wasm_trap(trap, place.function, place.offset, place.module);
}

#ifdef WASM_MACHINE
WASM_API WASM_THREAD_LOCAL const void *wasm_machine_caller;
#endif

/* In a C program, a fault that is none of the module's is left to that program. */
static void trap_on_fault(const struct process_fault *fault) {
    struct trap_place place;
    const char *trap = NULL;
    trap_find(&place, fault->pc);
#ifdef WASM_MACHINE
    /* What the runtime does for an instruction happens in that instruction's function. */
    if (!place.module && wasm_machine_caller && memory_reserves(fault->address)) {
        trap_find(&place, (u64)wasm_machine_caller - 1);
    }
#endif
    if (place.module && memory_reserves(fault->address)) trap = WASM_TRAP_MEMORY_OUT_OF_BOUNDS;
    if (fault->stack_overflow) trap = WASM_TRAP_CALL_STACK_EXHAUSTED;
    if (trap) wasm_trap(trap, place.function, place.offset, place.module);
#ifndef WASM_LIBRARY
    /* Not the program's doing: the runtime, or the machine. */
    text_begin("wasm-exe: fault in the runtime: access to 0x");
    text_add_number(fault->address, 16);
    text_add(" by the instruction at 0x");
    text_add_number(fault->pc, 16);
    text_end_process(EXIT_CODE_TRAP);
#endif
}

static void trap_register(const struct wasm_module *module, trap_finder *finder) {
    if (trap_module_count == 0) process_handle_faults();
    trap_find_in = finder;
    if (trap_module_count < sizeof trap_modules / sizeof *trap_modules)
        trap_modules[trap_module_count++] = module;
}

WASM_API void wasm_module_register(const struct wasm_module *module) {
    trap_register(module, trap_find_in_table);
}

#ifdef WASM_MACHINE
WASM_API void wasm_module_register_places(const struct wasm_module *module) {
    trap_register(module, trap_find_in_places);
}
#endif
