/* What tail calls pass on. */

#include "tail.h"

WASM_API WASM_THREAD_LOCAL _Alignas(16) u8 wasm_tail_values[WASM_TAIL_VALUES * 16];
WASM_API WASM_THREAD_LOCAL wasm_code wasm_tail_code;
WASM_API WASM_THREAD_LOCAL wasm_tail wasm_tail_next;
