/* Allocation: in holes, in blocks, and collections when enough was. */

/* Bytes of the heap are to be used. */
static void gc_spend(u64 bytes) {
    if (bytes > gc_budget) gc_collect(false);
    gc_budget -= bytes < gc_budget ? bytes : gc_budget;
}

/* Uses `count` blocks that were never used, behind all others. False if there is no room. */
static bool gc_extend(u64 count) {
    u64 end = (gc_blocks + count) * GC_BLOCK;
    if (end > gc_max) return false;
    while (end > gc_committed) {
        u64 at = gc_committed;
        if (!process_commit(wasm_gc.base + at, GC_CHUNK) ||
            !process_commit((u8 *)gc_marks + at / 64, GC_CHUNK / 64) ||
            !process_commit((u8 *)gc_marks_before + at / 64, GC_CHUNK / 64) ||
            !process_commit(gc_lines + at / GC_LINE, GC_CHUNK / GC_LINE) ||
            !process_commit(gc_lines_before + at / GC_LINE, GC_CHUNK / GC_LINE) ||
            !process_commit(gc_clean + at / GC_CARD, GC_CHUNK / GC_CARD))
            return false;
        gc_committed += GC_CHUNK;
    }
    gc_blocks += count;
    return true;
}

/* The first of `count` blocks, which are all zero and of that kind; ~0 if there is no room. */
static u64 gc_take_blocks(u64 count, u8 kind) {
    u64 run = 0, first;
    for (first = 0; first < gc_blocks && run < count; first++) run = gc_kinds[first] == GC_FREE ? run + 1 : 0;
    first -= run;
    if (run == count) gc_prepare(wasm_gc.base + first * GC_BLOCK, count * GC_BLOCK);
    else {
        /* Free ones at the end, and more. */
        if (!gc_extend(count - run)) return ~0ull;
        gc_prepare(wasm_gc.base + first * GC_BLOCK, run * GC_BLOCK);
    }
    gc_clear(gc_kinds + first, count);
    __builtin_memset(gc_kinds + first, kind, count);
    return first;
}

/* Makes the next hole that of the cursor. False if there is no room. */
static bool gc_next_hole(void) {
    for (; gc_block < gc_blocks; gc_block++, gc_line = 0) {
        const u8 *lines = gc_lines + gc_block * GC_LINES;
        u64 first, end;
        if (gc_kinds[gc_block] > GC_HOLES) continue;
        gc_kinds[gc_block] = GC_HOLES;
        for (first = gc_line; first < GC_LINES && lines[first]; first++) continue;
        if (first == GC_LINES) continue;
        for (end = first; end < GC_LINES && !lines[end]; end++) continue;
        wasm_gc.cursor = wasm_gc.base + gc_block * GC_BLOCK + first * GC_LINE;
        wasm_gc.limit = wasm_gc.cursor + (end - first) * GC_LINE;
        gc_line = end;
        gc_prepare(wasm_gc.cursor, (end - first) * GC_LINE);
        return true;
    }
    if (!gc_extend(1)) return false;
    gc_kinds[gc_block] = GC_HOLES;
    gc_line = GC_LINES;
    wasm_gc.cursor = wasm_gc.base + gc_block * GC_BLOCK;
    wasm_gc.limit = wasm_gc.cursor + GC_BLOCK;
    return true;
}

/* NULL if there is no room, as of the others. */
static u8 *gc_small(u64 size) {
    bool whole = false; /* a collection has been */
    u8 *object;
    while ((u64)(wasm_gc.limit - wasm_gc.cursor) < size) {
        if (gc_next_hole()) gc_spend((u64)(wasm_gc.limit - wasm_gc.cursor));
        else if (whole) return NULL;
        else gc_collect(whole = true);
    }
    object = wasm_gc.cursor;
    wasm_gc.cursor += size;
#ifdef WASM_GC_STRESS
    wasm_gc.limit = wasm_gc.cursor;
#endif
    return object;
}

static u8 *gc_blocks_for(u64 count, u8 kind) {
    u64 block;
    gc_spend(count * GC_BLOCK);
    block = gc_take_blocks(count, kind);
    if (block == ~0ull) {
        gc_collect(true);
        block = gc_take_blocks(count, kind);
    }
    if (block == ~0ull) return NULL;
    return wasm_gc.base + block * GC_BLOCK;
}

static u8 *gc_medium_object(u64 size) {
    u8 *object;
    if ((u64)(gc_medium_end - gc_medium) < size) {
        object = gc_blocks_for(1, GC_MEDIUM);
        if (!object) return NULL;
        gc_medium = object;
        gc_medium_end = object + GC_BLOCK;
    }
    object = gc_medium;
    gc_medium += size;
    return object;
}

static u8 *gc_large_object(u64 size) {
    u64 count = (size + GC_BLOCK - 1) / GC_BLOCK, first;
    u8 *object;
    if (size > gc_max) return NULL;
    object = gc_blocks_for(count, GC_LARGE_REST);
    if (!object) return NULL;
    first = (u64)(object - wasm_gc.base) / GC_BLOCK;
    gc_kinds[first] = GC_LARGE_FIRST;
    gc_spans[first] = (u32)count;
    for (u64 i = 1; i < count; i++) gc_spans[first + i] = (u32)i;
    return object;
}

WASM_API void *wasm_gc_allocate(u64 size, u32 type) {
    u8 *object;
#ifdef WASM_GC_STRESS
    static u32 turn;
    gc_collect(turn++ % 8 == 7);
    gc_whole = 0;
#endif
    object = size <= GC_LINE ? gc_small(size) : size <= GC_LARGE ? gc_medium_object(size) : gc_large_object(size);
    if (!object) return NULL;
    GC_UNPOISON(object, size);
    *(u32 *)object = type;
    return object;
}

WASM_API void *wasm_gc_allocate_array(u32 type, u32 length) {
    u64 size = (8 + (u64)length * wasm_gc.types[type]->size + 7) & ~7ull;
    u8 *object = wasm_gc.cursor;
    if ((u64)(wasm_gc.limit - object) >= size) {
        wasm_gc.cursor = object + size;
        *(u32 *)object = type;
    } else object = wasm_gc_allocate(size, type);
    if (object) ((u32 *)object)[1] = length;
    return object;
}
