/* Objects of the garbage-collected heap, and what generated code and the collector (gc.c) know of each other.

   A reference is 8 bytes: 0 is null, an odd number an i31, what lies in the heap an object, anything else is the host's. An
   object begins with the number of its type, and has no other header. Of an array its length comes next, then the elements;
   fields of structures follow each other, each aligned to its size, but to 8 at most. */
#ifndef WASM_GC_H
#define WASM_GC_H

#include "module.h"
#include "table.h"

#define WASM_TRAP_OUT_OF_MEMORY "out of memory"
#define WASM_TRAP_NULL_STRUCTURE "null structure reference"
#define WASM_TRAP_NULL_ARRAY "null array reference"
#define WASM_TRAP_NULL_I31 "null i31 reference"
#define WASM_TRAP_ARRAY_OUT_OF_BOUNDS "out of bounds array access"
#define WASM_TRAP_CAST_FAILURE "cast failure"

enum { WASM_GC_FUNCTION, WASM_GC_STRUCTURE, WASM_GC_ARRAY };

/* A type, without addresses, so that nothing of it has to be relocated. Numbers are the program's, from 1. */
struct wasm_gc_type {
    u32 number, kind;
    u32 size;    /* of a structure, a multiple of 8; of an array's element */
    u32 depth;   /* how many types it is below */
    u32 words;   /* how many of `more` there are */
    u32 refs;    /* of a structure, how many of its fields are references; of an array whether its elements are */
    u32 display; /* how many numbers come first in `more`: types that it is below, from the outermost, and itself; 8 at least,
                    the rest is 0 */
    u32 ambiguous; /* of a structure, how many words may be references, as those that references to exceptions hold */
    u32 more[];    /* behind these the offsets of a structure's references, then those of such words */
};
#define WASM_GC_DISPLAY 8

/* What code reads without a call. Between the two addresses memory is zero and free. */
struct wasm_gc {
    u8 *cursor, *limit;
    u8 *base;                          /* of the heap */
    u64 size;                          /* of its address space */
    const struct wasm_gc_type **types; /* by number */
    u64 last;                          /* its last 8 bytes, counted in such */
    u8 *clean; /* for each card of 512 bytes, by address: whoever stores a reference there makes it zero. Of structures the card that
                  they begin on counts, of arrays that of the element */
};
extern WASM_API struct wasm_gc wasm_gc;
#define WASM_GC_CARD_SHIFT 9

#define WASM_GC_TYPES_MAX 0x200000u

/* Bytes that the heap may have; the program's configuration says it. */
extern WASM_API const u64 wasm_gc_maximum;

/* Makes types known, `count` of them one behind the other. The first call makes the heap. */
WASM_API void wasm_gc_types(const struct wasm_gc_type *types, u32 count);
/* References that are not in the heap, and tables of them. */
WASM_API void wasm_gc_roots(u64 *first, u64 count);
WASM_API void wasm_gc_table(const struct wasm_table *table);
/* Words of which some may be references. */
WASM_API void wasm_gc_words(u64 *first, u64 count);

/* Memory for an object of a multiple of 8 bytes, all zero behind the number of its type; NULL if there is no room. */
WASM_API void *wasm_gc_allocate(u64 size, u32 type);
/* An array of zeros. */
WASM_API void *wasm_gc_allocate_array(u32 type, u32 length);

/* Whether an object's type is another one or below it. */
static inline bool wasm_gc_below(u32 actual, u32 type, u32 depth) {
    const struct wasm_gc_type *found;
    if (actual == type) return true;
    found = wasm_gc.types[actual];
    return found && found->depth >= depth && found->more[depth] == type;
}

/* References were stored in as many bytes of an array. */
static inline void wasm_gc_stored(const void *first, u64 bytes) {
    u64 card = (u64)first >> WASM_GC_CARD_SHIFT;
    if (bytes) __builtin_memset(wasm_gc.clean + card, 0, (((u64)first + bytes - 1) >> WASM_GC_CARD_SHIFT) - card + 1);
}

static inline bool wasm_gc_is_object(u64 reference) {
    return (reference & 1) == 0 && reference - (u64)wasm_gc.base < wasm_gc.size;
}

#endif
