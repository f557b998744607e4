/* Linear memories: address space for all that a 32-bit address and offset can reach, pages made
   accessible as the memory grows. Access beyond them faults, and trap.c turns the fault into a
   trap: the code checks nothing. */

#ifdef WASM_MEMORY_SYMBOL
/* Where generated code expects memory 0, as a symbol. Not defined there, since GNU as would take
   a known constant for a distance from the instruction. */
#define MEMORY_STRING_OF(x) #x
#define MEMORY_STRING(x) MEMORY_STRING_OF(x)
__asm__(
    ".globl wasm_memory_0\n"
    ".hidden wasm_memory_0\n"
    ".set wasm_memory_0," MEMORY_STRING(WASM_MEMORY_SYMBOL) "\n");
#endif

static struct wasm_memory *memory_list;

WASM_API struct wasm_memory *wasm_wasi_memory;

/* Whether an access to that address was an access to a memory. */
static bool memory_reserves(u64 address) {
    for (const struct wasm_memory *m = memory_list; m; m = m->next)
        if (address - (u64)m->base < m->reserved) return true;
    return false;
}

WASM_API u32 wasm_memory_grow(struct wasm_memory *memory, u32 delta) {
    u64 old = memory->pages;
    if (delta > memory->max_pages - old) return (u32)-1;
    u8 *end = memory->base + old * WASM_PAGE_SIZE;
    if (delta && !process_commit(end, delta * WASM_PAGE_SIZE)) return (u32)-1;
    memory->pages = old + delta;
    return (u32)old;
}

WASM_API void wasm_memory_create(
    struct wasm_memory *memory, u8 *base, u64 min_pages, u64 max_pages) {
    memory->base = process_reserve(base, WASM_MEMORY_RESERVATION);
    if (!memory->base)
        wasm_fail(
            "the system refuses 8 GiB of address space for the program's memory; nothing of it is "
            "used yet, but a limit is in the way" PROCESS_LIMIT_HINT);
    memory->pages = 0;
    memory->max_pages = max_pages;
    memory->reserved = WASM_MEMORY_RESERVATION;
    memory->next = memory_list;
    memory_list = memory;
    if (wasm_memory_grow(memory, (u32)min_pages) == (u32)-1)
        wasm_fail("not enough memory for what the program asks for at its start");
}
