/* What the heap consists of, where each part lies, and what types and roots it has. */

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
