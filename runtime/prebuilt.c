/* The whole runtime as one object, of which the linker takes what a program reaches: for executables of machine code, which
   no C compiler makes. WASM_LISTEN, WASM_EMBED and WASM_THREADED are the choices that it does not find out by itself. */
#include "types.h"
#include "runtime.c"

#if __has_include("machine.c")
#include "machine.c"
#endif

#ifdef WASM_THREADED
WASM_THREADS
#endif
