/* What machine code of our own (compiler/machine/) calls, beside WASI: instructions that are longer than a call, what
   instantiates a module, and traps. A unit of its own; compiled, as the rest of the runtime for such programs, with
   WASM_MACHINE. On x64 everything here has the convention of System V, on Windows too. References are addresses: of a
   function's record, of what the host knows, of a copy of an exception; null is 0. */
#define WASM_TRAPS_AT_CALLER
#include "wasm.h"
#include "simd.h"
#include "ops/atomic.h"
#include "exception.h"
#include "gc.h"
#include "libc.h"

#define MACHINE WASM_API

/* Before an access to memory that may fault. */
extern WASM_API WASM_THREAD_LOCAL const void *wasm_machine_caller;
#define AT_CALLER (wasm_machine_caller = __builtin_return_address(0))

#include "machine/trap.h"
#include "machine/number.h"
#include "machine/memory.h"
#include "machine/table.h"
#include "machine/exception.h"
#include "machine/start.h"
#include "machine/simd.h"
#include "machine/atomic.h"
#include "machine/libc.h"
#include "machine/bytes.h"
#include "machine/gc.h"
