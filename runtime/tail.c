/* What tail calls pass on. */

#include "tail.h"

WASM_API _Alignas(16) u8 wasm_tail_values[WASM_TAIL_VALUES * 16];
WASM_API wasm_code wasm_tail_code;
WASM_API wasm_tail wasm_tail_next;
