/* Tail calls; modules without any that may go on for ever do not include this. */

#include "../tail.h"

#define TAIL_VALUE(type, index) (*(type *)(wasm_tail_values + 16 * (index)))

/* The last statement of a function without parameters. Where the compiler has no such calls, the caller's loop makes
   them. */
#if defined(__has_attribute)
#if __has_attribute(musttail)
#define TAIL_RETURN __attribute__((musttail)) return
#define TAIL_FUNCTION
#define TAIL_CALL(function) TAIL_RETURN function()
#endif
#endif
#ifndef TAIL_CALL
#define TAIL_CALL(function) return (void *)(function)
#endif

/* Calls among functions of one simple type. GCC before 15 makes them in constant stack where it optimizes. */
#ifndef TAIL_RETURN
#define TAIL_RETURN return
#define TAIL_FUNCTION __attribute__((optimize("O2", "optimize-sibling-calls")))
#endif

/* Runs the functions that call one another, until one returns. */
WASM_INLINE void tail_run(wasm_tail function) {
    while (function) function = (wasm_tail)function();
}

/* Whether the ordinary form was called only to learn of the other one. */
WASM_INLINE bool tail_asked(wasm_code code, wasm_tail function) {
    if (wasm_tail_code != code) return false;
    wasm_tail_code = NULL;
    wasm_tail_next = function;
    return true;
}

/* In a second name of a function: asking for one is asking for the other. */
WASM_INLINE void tail_pass(wasm_code name, wasm_code function) {
    if (wasm_tail_code == name) wasm_tail_code = function;
}

/* The form learned of so, if there is one. */
WASM_INLINE wasm_tail tail_learned(void) {
    wasm_tail next = wasm_tail_next;
    wasm_tail_next = NULL;
    return next;
}
