/* expressions.wasm, compiled to native code: what a C or C++ program may call. Generated; edits are lost. */
#ifndef WASM_HEADER_expressions
#define WASM_HEADER_expressions

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Call it once before anything else of the module: prepares memory, tables and globals, and runs the start function.
   A trap, here and in every other call, prints its cause and place and ends the process with exit code 134. */
void expressions_instantiate(void);

/* The module's memory: its address, which never changes, and its size in bytes, which may grow in any call.
   A pointer in the module's sense is an offset into it. */
uint8_t *expressions_memory(void);
uint64_t expressions_memory_size(void);

/* Functions the module exports. */
/* "tree" */
uint32_t expressions__tree(uint32_t p0, uint32_t p1);
/* "compare" */
uint32_t expressions__compare(uint32_t p0, uint64_t p1);
/* "old value" */
uint32_t expressions__oldZ20value(uint32_t p0);
/* "order" */
uint32_t expressions__order(uint32_t p0);
/* "float" */
double expressions__float(double p0, float p1);
/* "convert" */
uint64_t expressions__convert(double p0);
/* "divide" */
uint64_t expressions__divide(uint32_t p0, uint64_t p1);
/* "choose" */
uint32_t expressions__choose(uint32_t p0);

/* Functions the module imports, which your program must define, in the executable or shared library that has the module. */
/* "env" "next" */
uint32_t env__next(uint32_t p0);

#ifdef __cplusplus
}
#endif

#endif
