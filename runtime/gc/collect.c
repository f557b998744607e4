/* A collection, and when the next one is to be. */

static void gc_sweep(void) {
    for (u64 block = 0; block < gc_blocks; block++) {
        const u64 *lines = (const u64 *)(gc_lines + block * GC_LINES);
        u64 used = 0, span = 1;
        switch (gc_kinds[block]) {
        case GC_FREE: continue;
        case GC_LARGE_FIRST:
            span = gc_spans[block];
            if (gc_marks[block * (GC_BLOCK / 512)] & 1) break;
            for (u64 i = 0; i < span; i++) gc_kinds[block + i] = GC_FREE;
            break;
        default:
            for (u64 i = 0; i < GC_LINES / 8; i++) used |= lines[i];
            gc_kinds[block] = used ? GC_HOLES : GC_FREE;
        }
        block += span - 1;
    }
}

static void gc_clear(void *from, u64 bytes) {
    __builtin_memset(from, 0, bytes);
}

/* Makes memory of the heap zero, of which objects may be made. */
static void gc_prepare(u8 *from, u64 bytes) {
    GC_UNPOISON(from, bytes);
    gc_clear(from, bytes);
    GC_POISON(from, bytes);
}

#ifdef WASM_GC_STRESS
static void gc_poison_between(u8 *from, u8 *to) {
    GC_UNPOISON(from, (u64)(to - from));
    __builtin_memset(from, GC_PATTERN, (u64)(to - from));
    GC_POISON(from, (u64)(to - from));
}

static void gc_poison_free(void) {
    u8 *from = wasm_gc.base;
    for (u64 word = 0; word < gc_blocks * (GC_BLOCK / 512); word++)
        for (u64 bits = gc_marks[word]; bits; bits &= bits - 1) {
            u8 *object = wasm_gc.base + word * 512 + (u64)__builtin_ctzll(bits) * 8;
            gc_poison_between(from, object);
            from = object + gc_size(object);
        }
    gc_poison_between(from, wasm_gc.base + gc_blocks * GC_BLOCK);
}
#else
static void gc_poison_free(void) {}
#endif

/* Marks are kept. */
static void gc_mark_small(void) {
    __builtin_memcpy(gc_marks_before, gc_marks, gc_blocks * (GC_BLOCK / 64));
    __builtin_memcpy(gc_lines_before, gc_lines, gc_blocks * GC_LINES);
    gc_visit_changed();
}

static void gc_mark_whole(void) {
    u64 *marks = gc_marks_before;
    u8 *lines = gc_lines_before;
    gc_marks_before = gc_marks, gc_marks = marks;
    gc_lines_before = gc_lines, gc_lines = lines;
    gc_clear(gc_marks, gc_blocks * (GC_BLOCK / 64));
    gc_clear(gc_lines, gc_blocks * GC_LINES);
    gc_live = 0;
}

/* `kept`: bytes of what was found before. */
static void gc_plan(bool whole, u64 kept) {
    if (whole) {
        if (gc_whole) gc_whole--;
        if (gc_had_small) {
            if (gc_live >= kept / 4 * 3) gc_patience = 0;
            else gc_patience = gc_patience == 0 ? 1 : gc_patience < GC_MAX_WHOLE ? gc_patience * 2 : GC_MAX_WHOLE;
            gc_whole = gc_patience;
        }
        gc_limit = gc_live < GC_MIN_SMALL * 2 ? gc_live + GC_MIN_SMALL : gc_live / 2 * 3;
    }
    gc_had_small = !whole;
    if (gc_whole) gc_budget = gc_live / 4 * 3 < GC_MIN_BUDGET ? GC_MIN_BUDGET : gc_live / 4 * 3;
    else gc_budget = gc_live / 4 < GC_MIN_SMALL ? GC_MIN_SMALL : gc_live / 4;
    /* A deep stack and large tables are not gone through more often than as much is allocated. */
    if (gc_budget < gc_looked_at) gc_budget = gc_looked_at;
    gc_looked_at = 0;
}

static __attribute__((noinline)) void gc_run(bool whole) {
    u64 kept = gc_live;
    if (whole) gc_mark_whole();
    else gc_mark_small();
    gc_mark_words(__builtin_frame_address(0), (const u64 *)process_stack_top());
    gc_mark_roots();
    gc_sweep();
    gc_poison_free();
    __builtin_memset(gc_clean, 1, gc_blocks * GC_CARDS);
    wasm_gc.cursor = wasm_gc.limit = gc_medium = gc_medium_end = NULL;
    gc_block = gc_line = 0;
    gc_plan(whole, kept);
}

/* Registers that calls keep are in its frame, which gc_run looks at. */
static __attribute__((noinline)) void gc_collect(bool whole) {
    __builtin_unwind_init();
    gc_run(whole || gc_whole || gc_live > gc_limit);
    __asm__ volatile("" : : : "memory");
}
