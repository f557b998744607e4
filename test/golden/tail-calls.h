/* tail-calls.wasm, compiled to native code: what a C or C++ program may call. Generated; edits are lost. */
#ifndef WASM_HEADER_tailZ2dcalls
#define WASM_HEADER_tailZ2dcalls

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Call it once before anything else of the module: prepares memory, tables and globals, and runs the start function.
   A trap, here and in every other call, prints its cause and place and ends the process with exit code 134. */
void tailZ2dcalls_instantiate(void);

/* Functions the module exports. */
/* "countdown" */
uint32_t tailZ2dcalls__countdown(uint32_t p0);
/* "forwards" */
uint64_t tailZ2dcalls__forwards(uint32_t p0, uint64_t p1);
/* "to_other" */
uint64_t tailZ2dcalls__to_other(uint32_t p0, uint64_t p1);

#ifdef __cplusplus
}
#endif

#endif
