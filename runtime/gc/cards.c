/* What was marked before and had references stored in since: the roots of a small collection. */

/* Follows what an object that was marked before has on a line: of structures all, if they begin there. */
static void gc_follow_line(const u8 *object, const u8 *line) {
    const struct wasm_gc_type *type = wasm_gc.types[*(const u32 *)object];
    if (type->kind != WASM_GC_ARRAY) {
        if (object >= line) gc_follow(object, type);
    } else if (type->refs || type->ambiguous) {
        const u8 *elements = object + 8;
        u64 first = line > elements ? (u64)(line - elements) / type->size : 0, end;
        if (elements >= line + GC_LINE) return;
        end = ((u64)(line + GC_LINE - elements) + type->size - 1) / type->size;
        if (end > ((const u32 *)object)[1]) end = ((const u32 *)object)[1];
        for (; first < end; first++) {
            const u64 *words = (const u64 *)(elements + first * type->size);
            if (type->refs) gc_mark(*words);
            else gc_mark_word(words[1]);
        }
    }
}

/* A line of a block that has objects. */
static void gc_visit_line(u64 line) {
    const u8 *start = wasm_gc.base + line * GC_LINE, *object;
    u64 word = line * GC_LINE / 512, bits;
    switch (gc_kinds[line / GC_LINES]) {
    case GC_FREE: return;
    case GC_LARGE_FIRST:
    case GC_LARGE_REST:
        object = gc_find((u64)start);
        if (gc_marks_before[(u64)(object - wasm_gc.base) / 512] & 1) gc_follow_line(object, start);
        return;
    }
    if (!gc_lines_before[line]) return;
    object = gc_find((u64)start);
    if (object && object < start) gc_follow_line(object, start);
    bits = gc_marks_before[word] >> (line * GC_LINE / 8 % 64) & 0xffff;
    for (; bits; bits &= bits - 1) gc_follow_line(start + (u64)__builtin_ctzll(bits) * 8, start);
}

/* Follows what references were stored in. */
static void gc_visit_changed(void) {
    for (u64 card = 0; card < gc_blocks * GC_CARDS; card += 8) {
        if (*(const u64 *)(gc_clean + card) == 0x0101010101010101ull) continue;
        for (u64 i = card; i < card + 8; i++) {
            u64 line = i * (GC_CARD / GC_LINE);
            if (gc_clean[i]) continue;
            for (u64 end = line + GC_CARD / GC_LINE; line < end; line++) gc_visit_line(line);
            gc_trace();
        }
    }
}
