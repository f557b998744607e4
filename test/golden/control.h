/* control.wasm, compiled to native code: what a C or C++ program may call. Generated; edits are lost. */
#ifndef WASM_HEADER_control
#define WASM_HEADER_control

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef WASM_II_DEFINED
#define WASM_II_DEFINED
struct wasm_ii {
    uint32_t _0;
    uint32_t _1;
};
#endif

/* Call it once before anything else of the module: prepares memory, tables and globals, and runs the start function.
   A trap, here and in every other call, prints its cause and place and ends the process with exit code 134. */
void control_instantiate(void);

/* Functions the module exports. */
/* "sum" */
uint32_t control__sum(uint32_t p0);
/* "abs" */
uint32_t control__abs(uint32_t p0);
/* "value" */
uint32_t control__value(uint32_t p0);
/* "swap" */
struct wasm_ii control__swap(uint32_t p0);
/* "table" */
uint32_t control__table(uint32_t p0);
/* "stop" */
void control__stop(uint32_t p0);
/* "fib" */
uint32_t control__fib(uint32_t p0);
/* "forever" */
void control__forever(void);

#ifdef __cplusplus
}
#endif

#endif
