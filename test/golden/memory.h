/* memory.wasm, compiled to native code: what a C or C++ program may call. Generated; edits are lost. */
#ifndef WASM_HEADER_memory
#define WASM_HEADER_memory

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Call it once before anything else of the module: prepares memory, tables and globals, and runs the start function.
   A trap, here and in every other call, prints its cause and place and ends the process with exit code 134. */
void memory_instantiate(void);

/* The module's memory: its address, which never changes, and its size in bytes, which may grow in any call.
   A pointer in the module's sense is an offset into it. */
uint8_t *memory_memory(void);
uint64_t memory_memory_size(void);

/* Functions the module exports. */
/* "copy" */
void memory__copy(uint32_t p0, uint32_t p1);
/* "dead" */
uint32_t memory__dead(uint32_t p0);
/* "bulk" */
void memory__bulk(uint32_t p0, uint32_t p1);
/* "grow" */
uint32_t memory__grow(void);

#ifdef __cplusplus
}
#endif

#endif
