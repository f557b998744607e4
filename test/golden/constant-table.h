/* constant-table.wasm, compiled to native code: what a C or C++ program may call. Generated; edits are lost. */
#ifndef WASM_HEADER_constantZ2dtable
#define WASM_HEADER_constantZ2dtable

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Call it once before anything else of the module: prepares memory, tables and globals, and runs the start function.
   A trap, here and in every other call, prints its cause and place and ends the process with exit code 134. */
void constantZ2dtable_instantiate(void);

/* Functions the module exports. */
/* "apply" */
uint32_t constantZ2dtable__apply(uint32_t p0);
/* "fixed" */
uint64_t constantZ2dtable__fixed(void);
/* "other" */
float constantZ2dtable__other(uint32_t p0);

#ifdef __cplusplus
}
#endif

#endif
