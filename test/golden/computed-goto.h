/* computed-goto.wasm, compiled to native code: what a C or C++ program may call. Generated; edits are lost. */
#ifndef WASM_HEADER_computedZ2dgoto
#define WASM_HEADER_computedZ2dgoto

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Call it once before anything else of the module: prepares memory, tables and globals, and runs the start function.
   A trap, here and in every other call, prints its cause and place and ends the process with exit code 134. */
void computedZ2dgoto_instantiate(void);

/* The module's memory: its address, which never changes, and its size in bytes, which may grow in any call.
   A pointer in the module's sense is an offset into it. */
uint8_t *computedZ2dgoto_memory(void);
uint64_t computedZ2dgoto_memory_size(void);

/* Functions the module exports. */
/* "run" */
uint32_t computedZ2dgoto__run(uint32_t p0, uint32_t p1);
/* "few" */
uint32_t computedZ2dgoto__few(uint32_t p0);

#ifdef __cplusplus
}
#endif

#endif
