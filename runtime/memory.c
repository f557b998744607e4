/* Linear memories: address space for all that a 32-bit address and offset can reach, pages made
   accessible as the memory grows. Access beyond them faults, and trap.c turns the fault into a
   trap: the code checks nothing. */

#ifdef WASM_MEMORY_SYMBOL
/* By which generated code finds memory 0. Not defined there, since GNU as would take
   a known constant for a distance from the instruction. */
#define MEMORY_STRING_OF(x) #x
#define MEMORY_STRING(x) MEMORY_STRING_OF(x)
__asm__(
    ".globl wasm_memory_anchor\n"
    ".hidden wasm_memory_anchor\n"
    ".set wasm_memory_anchor," MEMORY_STRING(WASM_MEMORY_SYMBOL) "\n");
#endif

static struct wasm_memory *memory_list;

WASM_API struct wasm_memory *wasm_wasi_memory;
WASM_API struct wasm_memory wasm_no_memory;

/* Whether an access to that address was an access to a memory. */
static bool memory_reserves(u64 address) {
    for (const struct wasm_memory *m = memory_list; m; m = m->next)
        if (address - (u64)m->base < m->reserved) return true;
    return false;
}

/* What is accessible, in whole units of what every system can make accessible. */
static u64 memory_committed(u64 size) {
    return (size + WASM_PAGE_SIZE - 1) & ~(WASM_PAGE_SIZE - 1);
}

static u64 memory_extend(struct wasm_memory *memory, u64 delta) {
    u64 old = memory->pages;
    if (delta > memory->max_pages - old) return (u64)-1;
    u64 committed = memory_committed(memory->size);
    u64 size = (old + delta) << memory->page_shift;
    u64 more = memory_committed(size) - committed;
    if (more && !process_commit(memory->base + committed, more)) return (u64)-1;
    __atomic_store_n(&memory->size, size, __ATOMIC_RELAXED);
    __atomic_store_n(&memory->pages, old + delta, __ATOMIC_RELAXED);
    return old;
}

/* Threads that share a memory grow it one after the other. */
WASM_API u64 wasm_memory_grow(struct wasm_memory *memory, u64 delta) {
    static u8 taken;
    while (__atomic_exchange_n(&taken, 1, __ATOMIC_ACQUIRE)) process_yield();
    u64 old = memory_extend(memory, delta);
    __atomic_store_n(&taken, 0, __ATOMIC_RELEASE);
    return old;
}

static inline void memory_start(
    struct wasm_memory *memory, u64 min_pages, u64 max_pages, u32 page_shift) {
    u64 size = min_pages << page_shift;
    memory->size = size;
    memory->pages = min_pages;
    memory->max_pages = max_pages;
    memory->page_shift = page_shift;
    memory->next = memory_list;
    memory_list = memory;
    if (size && !process_commit(memory->base, memory_committed(size)))
        wasm_fail("not enough memory for the program's start");
}

WASM_API void wasm_memory_create(
    struct wasm_memory *memory, u8 *base, u64 min_pages, u64 max_pages) {
    memory->base = process_reserve(base, WASM_MEMORY_RESERVATION);
    if (!memory->base)
        wasm_fail("a limit keeps the program's memory from reserving 8 GiB of address space" PROCESS_LIMIT_HINT);
    memory->reserved = WASM_MEMORY_RESERVATION;
    memory_start(memory, min_pages, max_pages, 16);
}

#ifdef WASM_IMAGE_PAGE
WASM_API void wasm_memory_move(const struct wasm_memory *memory, u64 target, const u8 *image, u64 size) {
    u64 head = target % WASM_IMAGE_PAGE;
    u64 pages = (head + size + WASM_IMAGE_PAGE - 1) / WASM_IMAGE_PAGE;
    u8 *to = memory->base + target;
    if (!process_move(image - head, to - head, pages * WASM_IMAGE_PAGE))
        __builtin_memcpy(to, image, size);
}
#elif defined(WASM_MACHINE)
WASM_API void wasm_memory_move(const struct wasm_memory *memory, u64 target, const u8 *image, u64 size) {
    __builtin_memcpy(memory->base + target, image, size);
}
#endif

/* Of a 64-bit memory that declares no maximum, or a greater one. */
#define MEMORY_MAX_RESERVATION 0x1000000000ull

WASM_API void wasm_memory_create_checked(
    struct wasm_memory *memory, u64 min_pages, u64 max_pages, u32 page_shift) {
    u64 limit = MEMORY_MAX_RESERVATION >> page_shift;
    if (limit < min_pages) limit = min_pages;
    if (max_pages > limit) max_pages = limit;
    memory->base = NULL;
    for (; max_pages; max_pages = max_pages / 2 > min_pages ? max_pages / 2 : min_pages) {
        if (max_pages < 1ull << (48 - page_shift)) {
            memory->reserved = memory_committed(max_pages << page_shift);
            memory->base = process_reserve(NULL, memory->reserved);
        }
        if (memory->base) break;
        if (max_pages == min_pages)
            wasm_fail("the system has no address space for the memory that the program asks for");
    }
    if (!memory->base) memory->reserved = 0;
    memory_start(memory, min_pages, max_pages, page_shift);
}
