/* memory.wasm, as C. */
#define WASM_OWN_MEMORY memory__memory
#define WASM_MODULE memory_module
#include "wasm.h"

extern WASM_EXPORTED void memory__copy(u32, u32);
extern WASM_EXPORTED u32 memory__dead(u32);
extern WASM_EXPORTED void memory__bulk(u32, u32);
extern WASM_EXPORTED u32 memory__grow(void);

extern WASM_HIDDEN struct wasm_memory memory__memory;

static u32 memoryZ_segment_size2;

static const u8 memoryZ_segment2[8];

/* func[0] at 0x55 */
void memory__copy(u32 l0, u32 l1)
{
    i64_store((u64)l0 + 8u, i64_load32_s(l1));
    i32_store8(100u, i32_load16_u_kept(22u));
}

/* func[1] at 0x6d */
u32 memory__dead(u32 l0)
{
    u32 l1 = 0;
    (void)(f64_load_kept(l0));
    l1 = i32_load_kept(l0);
    l1 = 1u;
    return i32_load8_u_kept(l0) * 0u;
}

/* func[2] at 0x8b */
void memory__bulk(u32 l0, u32 l1)
{
    memory_fill(&memory__memory, l0, 0u, l1, 2, 7);
    memory_copy(&memory__memory, &memory__memory, l0, l1, 16u, 2, 16);
    memory_init(&memory__memory, memoryZ_segment2, memoryZ_segment_size2, l0, 0u, 7u, 2, 26);
    memoryZ_segment_size2 = 0;
}

/* func[3] at 0xae */
u32 memory__grow(void)
{
    u32 t0 = (u32)memory__memory.pages;
    u32 t1 = wasm_memory_grow(&memory__memory, 1u);
    return t0 + t1;
}

WASM_HIDDEN struct wasm_memory memory__memory WASM_MEMORY_BEFORE;

static u32 memoryZ_segment_size2 = 7;

static const u8 memoryZ_segment2[] =
    "passive";

static const u8 memoryZ_data0[] =
    "hello\000\000\000\000\001\"quoted\"\377";

u8 *memory_memory(void)
{
    return memory__memory.base;
}

u64 memory_memory_size(void)
{
    return memory__memory.size;
}

WASM_FUNCTIONS(memoryZ_functions,
    WASM_FUNCTION(memoryZ_functions, memory__copy, 0x55)
    WASM_FUNCTION(memoryZ_functions, memory__dead, 0x6d)
    WASM_FUNCTION(memoryZ_functions, memory__bulk, 0x8b)
    WASM_FUNCTION(memoryZ_functions, memory__grow, 0xae));
const struct wasm_module memory_module = {
    "memory.wasm", memoryZ_functions,
    "copy\000"
    "dead\000"
    "bulk\000"
    "grow\000",
    4, 0};

#ifdef WASM_LIBRARY
static struct wasm_link memoryZ_links[] = {
    {(const void *)memory__copy, 0xa1u, "memory.copy", "func", false},
    {(const void *)memory__dead, 0x103u, "memory.dead", "func", false},
    {(const void *)memory__bulk, 0xa1u, "memory.bulk", "func", false},
    {(const void *)memory__grow, 0x83u, "memory.grow", "func", false},
    {(const void *)&memory__memory, 0x83u, "memory.memory", "memory of 32 bits, pages of 65536", false},
};
#endif

#ifdef WASM_LIBRARY
static void version_check(void);
WASM_AT_LOAD(memoryZ_load)
static void memoryZ_load(void)
{
    version_check();
    WASM_REGISTER_LINKS(memoryZ_links, 5);
}
#endif

void memory_instantiate(void)
{
    wasm_module_register(&memory_module);
    WASM_LOADED(memoryZ_load);
    wasm_memory_create(&memory__memory, WASM_MEMORY_PLACE, 1u, 4u);
    wasm_wasi_memory = &memory__memory;
    __builtin_memcpy(memory__memory.base + 16u, memoryZ_data0, 19u);
}
