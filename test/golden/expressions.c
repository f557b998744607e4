/* expressions.wasm, as C. */
#define WASM_OWN_MEMORY expressionsZ_m0
#define WASM_MODULE expressions_module
#include "wasm.h"

extern WASM_HIDDEN u32 env__next(u32);
extern WASM_EXPORTED u32 expressions__tree(u32, u32);
extern WASM_EXPORTED u32 expressions__compare(u32, u64);
extern WASM_EXPORTED u32 expressions__oldZ20value(u32);
extern WASM_EXPORTED u32 expressions__order(u32);
extern WASM_EXPORTED f64 expressions__float(f64, f32);
extern WASM_EXPORTED u64 expressions__convert(f64);
extern WASM_EXPORTED u64 expressions__divide(u32, u64);
extern WASM_EXPORTED u32 expressions__choose(u32);

extern WASM_HIDDEN struct wasm_memory expressionsZ_m0;

static u32 expressionsZ_g0_g;
static const u64 expressionsZ_g1_fixed;

/* func[1] at 0xa9 */
u32 expressions__tree(u32 l0, u32 l1)
{
    return ((l0 - 16u) * 3u) ^ (u32)((i32)l1 >> 1);
}

/* func[2] at 0xba */
u32 expressions__compare(u32 l0, u64 l1)
{
    return (u32)((i32)l0 < 10) + (u32)(!(l1 > expressionsZ_g1_fixed));
}

/* func[3] at 0xc9 */
u32 expressions__oldZ20value(u32 l0)
{
    u32 t0 = l0;
    l0 = 1u;
    return t0 - l0;
}

/* func[4] at 0xd5 */
u32 expressions__order(u32 l0)
{
    u32 t0 = i32_load_kept(l0);
    i32_store((u64)l0 + 4u, 5u);
    u32 t1 = expressionsZ_g0_g;
    u32 t2 = env__next(i32_div_u(l0, l0, 3, 19));
    return t0 + (t1 + t2);
}

/* func[5] at 0xef */
f64 expressions__float(f64 l0, f32 l1)
{
    return (f64_quiet(l0) * 1.0) + (f64)f32_min(l1, f32_reinterpret_i32(0x7fa00000u));
}

/* func[6] at 0x108 */
u64 expressions__convert(f64 l0)
{
    return i64_trunc_f64_s(l0, 5, 3) + (u64)(i64)(i32)i32_trunc_sat_f64_u(l0);
}

/* func[7] at 0x114 */
u64 expressions__divide(u32 l0, u64 l1)
{
    return i64_rem_s(l1, (u64)(u32)((i32)l0 / -7), 6, 9);
}

/* func[8] at 0x120 */
u32 expressions__choose(u32 l0)
{
    u32 t0 = i32_load_kept(l0);
    return (l0 < 9u) ? t0 : 2u;
}

WASM_HIDDEN struct wasm_memory expressionsZ_m0 WASM_MEMORY_BEFORE;

KEPT_GLOBAL static u32 expressionsZ_g0_g;

static const u64 expressionsZ_g1_fixed = -2ull;

u8 *expressions_memory(void)
{
    return expressionsZ_m0.base;
}

u64 expressions_memory_size(void)
{
    return expressionsZ_m0.size;
}

WASM_FUNCTIONS(expressionsZ_functions,
    WASM_FUNCTION(expressionsZ_functions, expressions__tree, 0xa9)
    WASM_FUNCTION(expressionsZ_functions, expressions__compare, 0xba)
    WASM_FUNCTION(expressionsZ_functions, expressions__oldZ20value, 0xc9)
    WASM_FUNCTION(expressionsZ_functions, expressions__order, 0xd5)
    WASM_FUNCTION(expressionsZ_functions, expressions__float, 0xef)
    WASM_FUNCTION(expressionsZ_functions, expressions__convert, 0x108)
    WASM_FUNCTION(expressionsZ_functions, expressions__divide, 0x114)
    WASM_FUNCTION(expressionsZ_functions, expressions__choose, 0x120));
const struct wasm_module expressions_module = {
    "expressions.wasm", expressionsZ_functions,
    "tree\000"
    "compare\000"
    "old_value\000"
    "order\000"
    "float\000"
    "convert\000"
    "divide\000"
    "choose\000",
    8, 1};

#ifdef WASM_LIBRARY
static struct wasm_link expressionsZ_links[] = {
    {(const void *)env__next, 0x103u, "env.next", "func", true},
    {(const void *)expressions__tree, 0x503u, "expressions.tree", "func", false},
    {(const void *)expressions__compare, 0x583u, "expressions.compare", "func", false},
    {(const void *)expressions__oldZ20value, 0x103u, "expressions.old value", "func", false},
    {(const void *)expressions__order, 0x103u, "expressions.order", "func", false},
    {(const void *)expressions__float, 0x1209u, "expressions.float", "func", false},
    {(const void *)expressions__convert, 0x285u, "expressions.convert", "func", false},
    {(const void *)expressions__divide, 0x585u, "expressions.divide", "func", false},
    {(const void *)expressions__choose, 0x103u, "expressions.choose", "func", false},
};
#endif

#ifdef WASM_LIBRARY
static void version_check(void);
WASM_AT_LOAD(expressionsZ_load)
static void expressionsZ_load(void)
{
    version_check();
    WASM_REGISTER_LINKS(expressionsZ_links, 9);
}
#endif

void expressions_instantiate(void)
{
    wasm_module_register(&expressions_module);
    WASM_LOADED(expressionsZ_load);
    wasm_memory_create(&expressionsZ_m0, WASM_MEMORY_PLACE, 1u, 65536u);
    wasm_wasi_memory = &expressionsZ_m0;
    START_INTEGER(expressionsZ_g0_g, 7u);
}
