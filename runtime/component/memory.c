/* The host's own memory: what lives for one call, and what lives on. */
#include "host.h"

#define PAGE 65536u

static u8 *scratch_start, *scratch_at, *scratch_end;
/* What is there was used: the next thing that comes may take its place. */
static bool scratch_is_old = true;

static u8 *grow(u32 size) {
    u32 pages = (size + PAGE - 1) / PAGE;
    size_t before = __builtin_wasm_memory_grow(0, pages);
    if (before == (size_t)-1)
        fail(TRAP_MEMORY, 0);
    return (u8 *)(before * PAGE);
}

static void *scratch(u32 size, u32 alignment) {
    if (size > 1u << 29)
        fail(TRAP_MEMORY, 0);
    u8 *place = (u8 *)(((u32)scratch_at + alignment - 1) & -alignment);
    if (!scratch_at || place > scratch_end || (u32)(scratch_end - place) < size) {
        /* Results of this call may point to what is left behind; the next one begins here. */
        u32 room = (u32)(scratch_end - scratch_start) * 2;
        room = room < size + 16 ? size + 16 : room;
        scratch_start = grow(room);
        scratch_end = scratch_start + (room + PAGE - 1) / PAGE * PAGE;
        place = scratch_start;
    }
    scratch_at = place + size;
    return place;
}

EXPORT("host_realloc") void *host_realloc(void *old, u32 old_size, u32 alignment, u32 size) {
    if (scratch_is_old)
        scratch_at = scratch_start, scratch_is_old = false;
    void *place = scratch(size, alignment);
    if (old)
        __builtin_memcpy(place, old, old_size < size ? old_size : size);
    return place;
}

static void host_begin(void) {
    if (scratch_is_old)
        scratch_at = scratch_start;
    scratch_is_old = true;
}

/* Sizes of powers of two from 16 on, each with a list of those that were released. */
static void *released[28];
static u8 *heap_at, *heap_end;

static u32 size_class(u32 size) {
    u32 class = 0;
    while ((16u << class) < size)
        if (++class == 27)
            fail(TRAP_MEMORY, 0);
    return class;
}

static void *allocate(u32 size) {
    u32 class = size_class(size), bytes = 16u << class;
    void *place = released[class];
    if (place) {
        released[class] = *(void **)place;
        return place;
    }
    if ((u32)(heap_end - heap_at) < bytes) {
        heap_at = grow(bytes);
        heap_end = heap_at + (bytes + PAGE - 1) / PAGE * PAGE;
    }
    place = heap_at;
    heap_at += bytes;
    return place;
}

static void release(void *place, u32 size) {
    u32 class = size_class(size);
    *(void **)place = released[class];
    released[class] = place;
}
