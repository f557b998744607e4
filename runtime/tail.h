/* Tail calls that may go on for ever. A function that makes them has, besides its ordinary form, one without parameters
   and results, so that the C compiler can replace any such function by any other on the stack. */
#ifndef WASM_TAIL_H
#define WASM_TAIL_H

#include "table.h"

/* Gives the form to be called next, NULL once the results are there. */
typedef void *(*wasm_tail)(void);

/* Arguments on the way to such a function, and its results on the way back: 16 bytes for each. */
#define WASM_TAIL_VALUES 1024
extern WASM_API WASM_THREAD_LOCAL u8 wasm_tail_values[WASM_TAIL_VALUES * 16];

/* The function that a tail call through a reference is about to call. If it finds itself here it has a form of this kind,
   which it puts into `wasm_tail_next` before it returns at once. Any other function just runs. */
extern WASM_API WASM_THREAD_LOCAL wasm_code wasm_tail_code;
extern WASM_API WASM_THREAD_LOCAL wasm_tail wasm_tail_next;

#endif
