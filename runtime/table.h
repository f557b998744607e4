/* References, and tables that change. */
#ifndef WASM_TABLE_H
#define WASM_TABLE_H

#include "types.h"

/* A function reference; `code` is NULL in the null reference. `type` is the identity of its type. */
typedef void (*wasm_code)(void);
typedef struct {
    wasm_code code;
    u64 type;
} funcref;
typedef void *externref;

/* A reference to an exception, whose identity no instruction can ask for: `value` holds what it carries, or, where that
   takes more than 8 bytes, the address of it. `tag` is NULL in the null reference. See exception.h. */
typedef struct {
    const struct wasm_tag *tag;
    u64 value;
} exnref;

#define FUNCREF(function, type) ((funcref){(wasm_code)(function), type})
#define NULL_FUNCREF ((funcref){0, 0})
#define NULL_EXTERNREF ((externref)NULL)
#define NULL_EXNREF ((exnref){0, 0})

/* Elements are all of one kind. Address space for `max_size` is reserved, so that growing never moves them. */
struct wasm_table {
    union {
        funcref *functions;
        externref *externs;
        exnref *exceptions;
        u8 *bytes;
    };
    u64 size, max_size;
    u32 element_size; /* of an element, in bytes */
};

/* Fails with a message and exit code 1. Elements are null. */
WASM_API void wasm_table_create(struct wasm_table *table, u32 element_size, u64 size, u64 max_size);

/* Makes room for `delta` more elements, which are null: the old size, or -1. */
WASM_API u64 wasm_table_grow(struct wasm_table *table, u64 delta);

#endif
