/* Threads that are over, as machine code ends them: what knew their tables lay on their stacks, where other code has been since. The
   tables' places have to be empty for the next thread all the same. */
#include <stdlib.h>
#include <sys/mman.h>

#define WASM_THREADED
#include "../../runtime/module.h"
#include "../../runtime/table.h"
#include "../../runtime/platform/process.h"

WASM_API _Noreturn WASM_COLD void wasm_fail(const char *message)
{
    (void)message;
    abort();
}

static u8 *process_reserve(u8 *address, u64 size)
{
    void *place = mmap(address, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return place == MAP_FAILED ? NULL : place;
}

static bool process_commit(u8 *address, u64 size)
{
    return mprotect(address, size, PROT_READ | PROT_WRITE) == 0;
}

static void process_wait(const u32 *word, u32 value, u64 nanoseconds)
{
    (void)word, (void)value, (void)nanoseconds;
}

static void process_wake(const u32 *word)
{
    (void)word;
}

#include "../../runtime/table.c"

enum { TABLES = 5, SIZE = 3, GROWN = 9000, MOST = 10000 };

/* How many elements of a thread's new tables are not null; each is filled then. */
static __attribute__((noinline)) u32 thread(void)
{
    struct wasm_table tables[TABLES];
    u32 found = 0;
    for (u32 t = 0; t < TABLES; t++) {
        struct wasm_table *table = &tables[t];
        wasm_table_create(table, sizeof(externref), SIZE, MOST);
        wasm_table_grow(table, GROWN);
        for (u64 i = 0; i < table->size; i++) {
            found += table->externs[i] != NULL;
            table->externs[i] = table;
        }
        __asm__ volatile("" : : "r"(table) : "memory");
    }
    return found;
}

/* What a wait of the system's may leave where the thread's frames were. */
static __attribute__((noinline)) void elsewhere(int byte)
{
    u8 frame[4096];
    __builtin_memset(frame, byte, sizeof frame);
    __asm__ volatile("" : : "r"(frame) : "memory");
}

int main(void)
{
    const int bytes[] = {0, 1, 0};
    for (u32 i = 0; i < sizeof bytes / sizeof *bytes; i++) {
        if (thread()) return 1;
        elsewhere(bytes[i]);
        table_release_all();
    }
    return 0;
}
