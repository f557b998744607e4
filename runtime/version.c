/* Objects in one C program share one runtime, of which the linker takes each function from the first object that has it: all must
   be of one version of this package, since structures are another's in another one. */

#ifdef WASM_LIBRARY
#ifndef WASM_RUNTIME_VERSION
#define WASM_RUNTIME_VERSION "?"
#endif

/* Of the first object. */
WASM_API const char *wasm_runtime_version(void) {
    return WASM_RUNTIME_VERSION;
}

/* Before main, and before the module says anything else to the runtime. */
WASM_AT_LOAD(version_check)
static void version_check(void) {
    const char *own = WASM_RUNTIME_VERSION, *other = wasm_runtime_version();
    u64 at = 0;
    while (own[at] && own[at] == other[at]) at++;
    if (own[at] == other[at]) return;
    text_begin("wasm-exe: object files in this program were made by version ");
    text_add(other);
    text_add(" and by version ");
    text_add(own);
    text_add(": make all of them with one");
    text_end_process(1);
}
#endif
