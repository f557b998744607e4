/* Functions that compilers call on their own: moving memory where there is no libc, rounding
   where the processor has no instruction for it. */

/* Else the compiler would see in a function below a call to itself. */
#ifdef __clang__
#define BUILTIN __attribute__((no_builtin))
#else
#define BUILTIN __attribute__((optimize("no-tree-loop-distribute-patterns")))
#endif

/* Compilers call these as C does, whatever convention generated code has. */
#ifdef WASM_LIBRARY
#define BUILTIN_API WASM_HIDDEN __attribute__((weak))
#else
#define BUILTIN_API WASM_HIDDEN
#endif

#if !defined(WASM_LIBRARY) && !defined(__APPLE__)
#ifdef __riscv
#include "builtins/bytes-aligned.h"
#else
#include "builtins/bytes.h"
#endif
#endif

#if !defined(WASM_WITHOUT_ROUNDING) && ((defined(__x86_64__) && !defined(__SSE4_1__)) || defined(__riscv))
#include "builtins/round.h"
#endif
