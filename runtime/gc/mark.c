/* Marking: what can be reached from the stack and from roots. */

static inline u64 gc_size(const u8 *object) {
    const struct wasm_gc_type *type = wasm_gc.types[*(const u32 *)object];
    if (type->kind != WASM_GC_ARRAY) return type->size;
    return (8 + (u64)((const u32 *)object)[1] * type->size + 7) & ~7ull;
}

static inline void gc_push(u64 entry) {
    if (gc_depth == gc_stack_room) {
        if (gc_stack_room * 8 == wasm_gc.size || !process_commit((u8 *)(gc_stack + gc_stack_room), 0x10000)) gc_exhausted();
        gc_stack_room += 0x10000 / 8;
    }
    gc_stack[gc_depth++] = entry;
}

/* Objects wait in a ring before they are followed: meanwhile the cache gets them. What does not fit goes to the stack. */
#define GC_AHEAD 8
static u64 gc_ring[GC_AHEAD];
static u64 gc_ring_first, gc_ring_end;

/* Of a reference: an object, or what is none. */
static inline void gc_mark(u64 reference) {
    u64 at = reference - (u64)wasm_gc.base;
    u64 bit = 1ull << (at / 8 % 64);
    if (at >= wasm_gc.size || at & 1) return;
    if (gc_marks[at / 512] & bit) return;
    gc_marks[at / 512] |= bit;
    __builtin_prefetch((const void *)reference);
    if (gc_ring_end - gc_ring_first == GC_AHEAD) gc_push(gc_ring[gc_ring_first++ % GC_AHEAD]);
    gc_ring[gc_ring_end++ % GC_AHEAD] = reference;
}

/* The object that an address is in, as far as objects were marked last or allocated since; NULL if it is in none. */
static GC_UNCHECKED const u8 *gc_find(u64 address) {
    u64 at = address - (u64)wasm_gc.base, block = at / GC_BLOCK, line = at / GC_LINE;
    const u8 *object;
    if (at >= wasm_gc.size || block >= gc_blocks) return NULL;
    object = wasm_gc.base + block * GC_BLOCK;
    switch (gc_kinds[block]) {
    case GC_FREE: return NULL;
    case GC_LARGE_FIRST: return object;
    case GC_LARGE_REST: return object - gc_spans[block] * GC_BLOCK;
    }
    if (gc_lines_before[line]) {
        u64 word = at / 512, bits = gc_marks_before[word] & (~0ull >> (63 - at / 8 % 64));
        while (!bits) {
            if (word == block * (GC_BLOCK / 512)) return NULL;
            bits = gc_marks_before[--word];
        }
        object = wasm_gc.base + word * 512 + (63 - (u64)__builtin_clzll(bits)) * 8;
        return address < (u64)object + gc_size(object) ? object : NULL;
    }
    if (gc_kinds[block] == GC_HOLES) {
        if (block > gc_block || (block == gc_block && line % GC_LINES >= gc_line)) return NULL;
        while (line % GC_LINES && !gc_lines_before[line - 1]) line--;
        object = wasm_gc.base + line * GC_LINE;
    }
    for (;;) {
        if (!*(const u32 *)object) return NULL;
        u64 size = gc_size(object);
        if (address < (u64)object + size) return object;
        object += size;
        if ((u64)(object - wasm_gc.base) / GC_BLOCK != block) return NULL;
    }
}

/* Of a word that may be one. */
static void gc_mark_word(u64 word) {
    const u8 *object = gc_find(word);
    if (object) gc_mark((u64)object);
}

/* Elements of a long array are looked at by so many, and the rest is put back. */
#define GC_SLICE 512

static void gc_trace_array(const u8 *array, u64 from) {
    u64 length = ((const u32 *)array)[1], end = length - from > GC_SLICE ? from + GC_SLICE : length;
    const u64 *elements = (const u64 *)(array + 8);
    if (end < length) {
        gc_push((u64)array);
        gc_push(end << 1 | 1);
    }
    for (u64 i = from; i < end; i++) gc_mark(elements[i]);
}

/* Of references to exceptions. */
static void gc_trace_exceptions(const u8 *array) {
    const u64 *words = (const u64 *)(array + 8);
    for (u64 i = 0; i < ((const u32 *)array)[1]; i++) gc_mark_word(words[2 * i + 1]);
}

/* What an object refers to. */
static inline void gc_follow(const u8 *object, const struct wasm_gc_type *type) {
    if (type->kind == WASM_GC_ARRAY) {
        if (type->refs) gc_trace_array(object, 0);
        if (type->ambiguous) gc_trace_exceptions(object);
    } else {
        const u32 *offsets = type->more + type->display, *end = offsets + type->refs;
        for (; offsets < end; offsets++) gc_mark(*(const u64 *)(object + *offsets));
        for (end += type->ambiguous; offsets < end; offsets++) gc_mark_word(*(const u64 *)(object + *offsets));
    }
}

static void gc_trace(void) {
    while (gc_depth || gc_ring_first != gc_ring_end) {
        u64 entry;
        if (gc_depth && gc_ring_end - gc_ring_first < GC_AHEAD && !(gc_stack[gc_depth - 1] & 1)) {
            u64 next = gc_stack[--gc_depth];
            __builtin_prefetch((const void *)next);
            gc_ring[gc_ring_end++ % GC_AHEAD] = next;
            continue;
        }
        if (gc_ring_first != gc_ring_end) entry = gc_ring[gc_ring_first++ % GC_AHEAD];
        else entry = gc_stack[--gc_depth];
        if (entry & 1) {
            gc_trace_array((const u8 *)gc_stack[--gc_depth], entry >> 1);
            continue;
        }
        const u8 *object = (const u8 *)entry;
        const struct wasm_gc_type *type = wasm_gc.types[*(const u32 *)object];
        u64 size = gc_size(object), at = (u64)(object - wasm_gc.base);
        gc_live += size;
        for (u64 line = at / GC_LINE; line <= (at + size - 1) / GC_LINE; line++) gc_lines[line] = 1;
        gc_follow(object, type);
    }
}

/* Words of which some may be references. */
static GC_UNCHECKED void gc_mark_words(const u64 *word, const u64 *end) {
    gc_looked_at += (u64)(end - word) * 8;
    for (; word < end; word++) {
        gc_mark_word(*word);
        gc_trace();
    }
}

static void gc_mark_roots(void) {
    for (u64 i = 0; i < gc_root_count; i++) {
        const struct gc_root *root = &gc_roots[i];
        const u64 *first = root->table ? (const u64 *)root->table->bytes : root->first;
        u64 count = root->table ? root->table->size * (root->table->element_size / 8) : root->count;
        if (root->ambiguous) {
            gc_mark_words(first, first + count);
            continue;
        }
        gc_looked_at += count * 8;
        for (u64 k = 0; k < count; k++) {
            gc_mark(first[k]);
            gc_trace();
        }
    }
    if (wasm_exception.tag)
        gc_mark_words((const u64 *)wasm_exception_values, (const u64 *)(wasm_exception_values + WASM_EXCEPTION_BYTES));
    if (exception_free) gc_mark_words((const u64 *)(exception_end - EXCEPTION_MEMORY), (const u64 *)exception_free);
}
