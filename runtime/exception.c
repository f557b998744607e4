/* The exception on its way, and the values of references to exceptions. */

#include "exception.h"
#include "lock.h"

WASM_API WASM_THREAD_LOCAL struct wasm_exception wasm_exception;
WASM_API WASM_THREAD_LOCAL _Alignas(16) u8 wasm_exception_values[WASM_EXCEPTION_BYTES];

WASM_API _Noreturn WASM_COLD void wasm_exception_uncaught(void) {
    struct wasm_exception thrown = wasm_exception;
    wasm_exception.tag = NULL;
    wasm_trap(WASM_TRAP_UNCAUGHT_EXCEPTION, thrown.function, thrown.offset, thrown.module);
}

WASM_API void wasm_exception_check(void) {
    if (wasm_exception.tag) wasm_exception_uncaught();
}

/* What an exnref can not hold itself. References may be anywhere and are never counted: a program that throws the same
   values again and again takes no more memory for it. A tree of four branches, by two bits of the hash at a time. */
struct exception_kept {
    struct exception_kept *children[4];
    u64 size;
    _Alignas(16) u8 values[];
};

#define EXCEPTION_MEMORY 0x40000000ull
#define EXCEPTION_GRANULE 0x10000ull

static struct lock exception_lock __attribute__((unused)); /* of all that follows */
static struct exception_kept *exception_root;
static u8 *exception_free, *exception_committed, *exception_end;

static struct exception_kept *exception_allocate(u64 size) {
    u8 *start;
    if (!exception_free) {
        exception_free = exception_committed = process_reserve(NULL, EXCEPTION_MEMORY);
        if (exception_free) exception_end = exception_free + EXCEPTION_MEMORY;
    }
    size = (size + 15) & ~15ull;
    while (exception_free + size > exception_committed) {
        if (exception_committed == exception_end || !process_commit(exception_committed, EXCEPTION_GRANULE))
            wasm_fail("not enough memory for the exceptions that the program refers to");
        exception_committed += EXCEPTION_GRANULE;
    }
    start = exception_free;
    exception_free += size;
    return (struct exception_kept *)start;
}

static bool exception_equals(const struct exception_kept *kept, u32 size) {
    return kept->size == size && __builtin_memcmp(kept->values, wasm_exception_values, size) == 0;
}

WASM_API u64 wasm_exception_keep(u32 size) {
    LOCKED(exception_lock);
    struct exception_kept **place = &exception_root;
    u64 hash = 0xcbf29ce484222325ull;
    for (u32 i = 0; i < size; i++) hash = (hash ^ wasm_exception_values[i]) * 0x100000001b3ull;
    for (hash *= 0x9e3779b97f4a7c15ull; *place; hash = hash << 2 | hash >> 62) {
        if (exception_equals(*place, size)) return (u64)(*place)->values;
        place = &(*place)->children[hash >> 62];
    }
    *place = exception_allocate(sizeof **place + size);
    (*place)->size = size;
    __builtin_memcpy((*place)->values, wasm_exception_values, size);
    return (u64)(*place)->values;
}
