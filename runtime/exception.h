/* Exceptions. Nothing unwinds the stack: what throws notes the exception here and returns, and who called it looks here
   and returns in turn, or catches it. */
#ifndef WASM_EXCEPTION_H
#define WASM_EXCEPTION_H

#include "module.h"
#include "table.h"

/* A tag; its address is its identity. */
struct wasm_tag {
    u32 size; /* of its values, laid out as members of a C structure, in bytes */
};

/* The exception on its way; `tag` is NULL where there is none. */
struct wasm_exception {
    const struct wasm_tag *tag;
    const struct wasm_module *module; /* where it was thrown */
    u32 function, offset;
};
extern WASM_API WASM_THREAD_LOCAL struct wasm_exception wasm_exception;

/* Values of the exception thrown last: those of a tag with as many as a function may have parameters. */
#define WASM_EXCEPTION_BYTES (16 * 1024)
extern WASM_API WASM_THREAD_LOCAL u8 wasm_exception_values[WASM_EXCEPTION_BYTES];

/* Keeps values for as long as the program runs, equal ones once, and gives their address. Threads share what is kept. */
WASM_API u64 wasm_exception_keep(u32 size);

/* The trap of an exception that no one caught. */
WASM_API _Noreturn WASM_COLD void wasm_exception_uncaught(void);
/* That trap, if an exception is on its way. */
WASM_API void wasm_exception_check(void);

#endif
