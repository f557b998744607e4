/* exceptions.wasm, compiled to native code: what a C or C++ program may call. Generated; edits are lost. */
#ifndef WASM_HEADER_exceptions
#define WASM_HEADER_exceptions

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Call it once before anything else of the module: prepares memory, tables and globals, and runs the start function.
   A trap, here and in every other call, prints its cause and place and ends the process with exit code 134. */
void exceptions_instantiate(void);

/* 1 if the call before it was ended by an exception that the module did not catch; what it returned means nothing
   then. Forgets the exception. Ask after each call that may throw, before the next one. */
uint32_t exceptions_exception(void);

/* Functions the module exports. */
/* "passes_on" */
uint32_t exceptions__passes_on(uint32_t p0);
/* "catches" */
uint32_t exceptions__catches(uint32_t p0);
/* "cleans_up" */
uint32_t exceptions__cleans_up(uint32_t p0);
/* "delegates" */
uint32_t exceptions__delegates(uint32_t p0);

/* Functions the module imports, which your program must define, in the executable or shared library that has the module. */
/* "env" "host" */
uint32_t env__host(uint32_t p0);

#ifdef __cplusplus
}
#endif

#endif
