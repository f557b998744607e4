/* References, and tables that change. */
#ifndef WASM_TABLE_H
#define WASM_TABLE_H

#include "types.h"

/* A function reference; `code` is NULL in the null reference. `type` is the identity of its type, exactly: see
   compiler/c/type-identities.ts. Odd ones are the type itself. */
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

#ifdef WASM_LIBRARY
/* A type in an object for C programs, whose modules were built apart. */
struct wasm_type {
    const char *text;                           /* a letter for each value; see compiler/wasm/canonical-types.ts */
    const struct wasm_type *const *references;  /* one for each 'c' and 'C' */
    const struct wasm_type *canonical;          /* the equal one of the first module that has it, once registered */
    struct wasm_type *below[2];                 /* in the tree of canonical ones */
};
#define WASM_TYPES(array) extern WASM_HIDDEN struct wasm_type array[]
#define WASM_TYPE(number, description) ((u64) & (description))

/* Types that refer to others stand behind those. Once, however often it is called for a module. */
WASM_API void wasm_types_register(struct wasm_type *types, u64 count, bool *registered);
#define WASM_REGISTER_TYPES(array, count)                 \
    do {                                                  \
        static bool registered;                           \
        wasm_types_register(array, count, &registered);   \
    } while (0)
WASM_API bool wasm_same_type(u64 a, u64 b);

/* What a module exports or imports; see compiler/c/links.ts. */
struct wasm_link {
    const void *place;
    u64 type;
    const char *name;   /* for messages: "lib.f" */
    const char *manner; /* what else must be the same: "mutable global" */
    bool imported;
    struct wasm_link *below[2]; /* in the tree of places */
    struct wasm_link *same;     /* another one of the place */
    const bool *module;         /* of one module the same */
};

/* Ends the program where one module imports what another one exports with another type. */
WASM_API void wasm_links_register(struct wasm_link *links, u64 count, bool *registered);
#define WASM_REGISTER_LINKS(array, count)               \
    do {                                                \
        static bool registered;                         \
        wasm_links_register(array, count, &registered); \
    } while (0)
/* A function without parameters that is called before main, wherever the objects come in. The module's instantiation calls it
   too, for programs that are started in some other way. */
#ifdef _WIN32
#define WASM_AT_LOAD(function)   \
    static void function(void); \
    static void (*const function##_Zplace)(void) __attribute__((section(".CRT$XCU"), used)) = function;
#else
#define WASM_AT_LOAD(function) static void function(void) __attribute__((constructor));
#endif
#define WASM_LOADED(function) function()
/* `expected` is a constant: nothing is called for a type that is a number. */
#define WASM_SAME_TYPE(actual, expected) (((expected) & 1) == 0 && wasm_same_type(actual, expected))
#else
#define WASM_LOADED(function) ((void)0)
#define WASM_TYPES(array) struct wasm_type
#define WASM_TYPE(number, description) number
#define WASM_SAME_TYPE(actual, expected) false
#endif

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
