/* references.wasm, compiled to native code: what a C or C++ program may call. Generated; edits are lost. */
#ifndef WASM_HEADER_references
#define WASM_HEADER_references

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Call it once before anything else of the module: prepares memory, tables and globals, and runs the start function.
   A trap, here and in every other call, prints its cause and place and ends the process with exit code 134. */
void references_instantiate(void);

/* Functions the module exports. */
/* "call" */
uint32_t references__call(uint32_t p0);
/* "get" */
uint32_t references__get(uint32_t p0);
/* "set" */
void references__set(uint32_t p0, void *p1);
/* "grow" */
uint32_t references__grow(void);
/* "init" */
void references__init(void);

#ifdef __cplusplus
}
#endif

#endif
