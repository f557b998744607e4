/* The garbage collector: mark-region. Objects never move.

   The heap is an array of blocks of 32 KiB, blocks are lines of 128 bytes. Objects are allocated one behind the other in holes,
   which are lines without an object; a hole is filled with zeros when it is taken, so that from its beginning on objects can be
   walked until a type of 0. Objects of more than a line that do not fit into the hole go to a block of their own kind, those of more than
   a quarter of a block to whole blocks.

   A collection marks what can be reached, objects by a bit for each 8 bytes and the lines that they are on by a byte each. What
   was marked last stays known: with it, a word of the stack that may be a reference, also to the middle of an object, is told from any
   other number. Nothing is known of which words of the stack and of registers are references; of all else it is known exactly. */

#include "gc.h"

#define GC_BLOCK 0x8000ull
#define GC_LINE 0x80ull
#define GC_LINES (GC_BLOCK / GC_LINE)
#define GC_CARD (1ull << WASM_GC_CARD_SHIFT)
#define GC_CARDS (GC_BLOCK / GC_CARD)
/* Objects beyond have blocks of their own. */
#define GC_LARGE (GC_BLOCK / 4)
/* So much is made accessible at a time. */
#define GC_CHUNK 0x800000ull
#define GC_MIN_SIZE 0x4000000ull
/* Allocated before a whole collection and before a small one, at least; else in proportion to what lives. */
#define GC_MIN_BUDGET 0x800000ull
#define GC_MIN_SMALL 0x400000ull
/* As many collections are whole, at most, before a small one is tried again. */
#define GC_MAX_WHOLE 16

/* Where a collection at each allocation is tested, memory without an object holds a pattern, whose words are neither numbers of
   types nor addresses, and AddressSanitizer knows that it is free: what uses an object that was freed is found. */
#define GC_PATTERN 0xd6
#if defined(WASM_GC_STRESS) && defined(__SANITIZE_ADDRESS__)
void __asan_poison_memory_region(const volatile void *start, u64 bytes);
void __asan_unpoison_memory_region(const volatile void *start, u64 bytes);
#define GC_POISON __asan_poison_memory_region
#define GC_UNPOISON __asan_unpoison_memory_region
#define GC_UNCHECKED __attribute__((no_sanitize("address")))
#else
#define GC_POISON(start, bytes) ((void)0)
#define GC_UNPOISON(start, bytes) ((void)0)
#define GC_UNCHECKED
#endif

enum { GC_FREE, GC_HOLES, GC_MEDIUM, GC_LARGE_FIRST, GC_LARGE_REST };

WASM_API struct wasm_gc wasm_gc;

/* References outside of the heap: `table` or words. */
struct gc_root {
    const u64 *first;
    u64 count;
    const struct wasm_table *table;
    bool ambiguous;
};
#define GC_ROOTS_SIZE 0x4000000ull

static u8 *gc_kinds;         /* of blocks */
static u32 *gc_spans;        /* of the first block of a large object how many there are, of the others how many are before */
static u64 *gc_marks;        /* a bit for each 8 bytes: objects that were reached last */
static u64 *gc_marks_before; /* in the collection before */
static u8 *gc_lines;         /* lines with such objects */
static u8 *gc_lines_before;
static u8 *gc_clean; /* cards, from the heap's beginning: wasm_gc.clean */
static u64 gc_max;                  /* bytes that the heap may have */
static u64 gc_blocks, gc_committed; /* blocks that were ever used; bytes of the heap that are accessible */
static u64 gc_block, gc_line;       /* from here on holes have not been taken */
static u8 *gc_medium, *gc_medium_end;
static u64 gc_budget; /* bytes until the next collection */
static u64 gc_live;   /* bytes of objects found */
static u64 gc_limit;  /* where so many are, the next collection is whole */
static u32 gc_whole = 1, gc_patience; /* as many of the next ones are whole in any case; as many were to be */
static bool gc_had_small;             /* since the last whole one */
static u64 gc_looked_at;              /* bytes of the stack and of roots that the collection went through */
static struct gc_root *gc_roots;
static u64 gc_root_count, gc_roots_committed;
static u64 *gc_stack; /* objects whose references are still to be followed */
static u64 gc_depth, gc_stack_room;

static _Noreturn WASM_COLD void gc_exhausted(void) {
    wasm_trap(WASM_TRAP_OUT_OF_MEMORY, WASM_NO_FUNCTION, 0, NULL);
}

static void gc_start(void) {
    u64 size = (wasm_gc_maximum + GC_CHUNK - 1) / GC_CHUNK * GC_CHUNK;
    u64 fixed = WASM_GC_TYPES_MAX * sizeof(void *) + GC_ROOTS_SIZE;
    u8 *start;
    for (;; size = size / 2 / GC_CHUNK * GC_CHUNK) {
        /* Heap, stack of the same size, marks and lines twice, cards, kinds and spans of blocks. */
        u64 whole = size * 2 + size / 64 * 2 + size / GC_LINE * 2 + size / GC_CARD + size / GC_BLOCK * 8 + fixed;
        start = process_reserve(NULL, whole);
        if (start) break;
        if (size <= GC_MIN_SIZE)
            wasm_fail("a limit keeps the program's heap from reserving address space" PROCESS_LIMIT_HINT);
    }
    gc_max = size < wasm_gc_maximum ? size : wasm_gc_maximum;
    wasm_gc.base = wasm_gc.cursor = wasm_gc.limit = start;
    wasm_gc.size = size;
    wasm_gc.last = size / 8 - 1;
    start += size;
    gc_stack = (u64 *)start, start += size;
    gc_marks = (u64 *)start, start += size / 64;
    gc_marks_before = (u64 *)start, start += size / 64;
    gc_lines = start, start += size / GC_LINE;
    gc_lines_before = start, start += size / GC_LINE;
    gc_clean = start, start += size / GC_CARD;
    wasm_gc.clean = gc_clean - ((u64)wasm_gc.base >> WASM_GC_CARD_SHIFT);
    gc_roots = (struct gc_root *)start, start += GC_ROOTS_SIZE;
    wasm_gc.types = (const struct wasm_gc_type **)start, start += WASM_GC_TYPES_MAX * sizeof(void *);
    gc_spans = (u32 *)start, start += size / GC_BLOCK * 4;
    gc_kinds = start;
    if (!process_commit((u8 *)wasm_gc.types, (u64)(start - (u8 *)wasm_gc.types) + size / GC_BLOCK * 4))
        wasm_fail("not enough memory for the program's start");
    gc_budget = GC_MIN_BUDGET;
}

WASM_API void wasm_gc_types(const struct wasm_gc_type *types, u32 count) {
    if (!wasm_gc.base) gc_start();
    for (; count; count--) {
        if (types->number >= WASM_GC_TYPES_MAX) wasm_fail("the program has more types than the collector has room for");
        if (!wasm_gc.types[types->number]) wasm_gc.types[types->number] = types;
        types = (const struct wasm_gc_type *)(types->more + types->words);
    }
}

static void gc_add_root(struct gc_root root) {
    if (!wasm_gc.base) gc_start();
    if ((gc_root_count + 1) * sizeof root > gc_roots_committed) {
        if (gc_roots_committed == GC_ROOTS_SIZE || !process_commit((u8 *)gc_roots + gc_roots_committed, 0x10000))
            wasm_fail("not enough memory for the program's start");
        gc_roots_committed += 0x10000;
    }
    gc_roots[gc_root_count++] = root;
}

WASM_API void wasm_gc_roots(u64 *first, u64 count) {
    gc_add_root((struct gc_root){first, count, NULL, false});
}

WASM_API void wasm_gc_words(u64 *first, u64 count) {
    gc_add_root((struct gc_root){first, count, NULL, true});
}

WASM_API void wasm_gc_table(const struct wasm_table *table) {
    gc_add_root((struct gc_root){NULL, 0, table, table->element_size > 8});
}

/* Marking */

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

/* Allocation */

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
