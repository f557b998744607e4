/* For the function that instantiates the module, and the data it starts with. */

/* Compilers that see the value make it the initial one, which the file then has to hold. */
#define START_INTEGER(global, value)                \
    do {                                            \
        __typeof__(global) opaque = (value);        \
        __asm__ volatile("" : "+r"(opaque));        \
        (global) = opaque;                          \
    } while (0)

WASM_INLINE void start_data(const struct wasm_memory *memory, u64 target, const u8 *data, u64 size)
{
    if (UNLIKELY(!wasm_in_range(target, size, memory->size)))
        TRAP(MEMORY_OUT_OF_BOUNDS, WASM_NO_FUNCTION, 0);
    __builtin_memcpy(memory->base + target, data, size);
}

/* Where a segment goes, and how much of the data it is. */
struct wasm_segment {
    u64 target, size;
};

WASM_INLINE void start_segments(const struct wasm_memory *memory, const struct wasm_segment *segments, u64 count, const u8 *data)
{
    for (u64 i = 0; i < count; i++) {
        start_data(memory, segments[i].target, data, segments[i].size);
        data += segments[i].size;
    }
}

/* For data that WASM_IMAGE defines. */
WASM_INLINE void start_image(const struct wasm_memory *memory, u64 target, const u8 *image, u64 size)
{
#ifdef WASM_IMAGE_PAGE
    wasm_memory_move(memory, target, image, size);
#else
    __builtin_memcpy(memory->base + target, image, size);
#endif
}

WASM_INLINE void start_elements(const struct wasm_table *table, u64 target, const void *elements, u64 count)
{
    if (UNLIKELY(!wasm_in_range(target, count, table->size)))
        TRAP(TABLE_OUT_OF_BOUNDS, WASM_NO_FUNCTION, 0);
    __builtin_memcpy(table->bytes + target * table->element_size, elements, count * table->element_size);
}

/* The module's start function. In a library it must not become a part of the function that makes the memory, where the
   memory's address is not yet a constant. */
#ifdef WASM_LIBRARY
#define START_FUNCTION(function)                   \
    do {                                           \
        void (*volatile start)(void) = (function); \
        start();                                   \
    } while (0)
#else
#define START_FUNCTION(function) function()
#endif

#include "data.h"
