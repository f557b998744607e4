/* branch-hints.wasm, compiled to native code: what a C or C++ program may call. Generated; edits are lost. */
#ifndef WASM_HEADER_branchZ2dhints
#define WASM_HEADER_branchZ2dhints

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Call it once before anything else of the module: prepares memory, tables and globals, and runs the start function.
   A trap, here and in every other call, prints its cause and place and ends the process with exit code 134. */
void branchZ2dhints_instantiate(void);

/* Functions the module exports. */
/* "count" */
uint32_t branchZ2dhints__count(uint32_t p0);

#ifdef __cplusplus
}
#endif

#endif
