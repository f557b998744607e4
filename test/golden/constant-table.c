/* constant-table.wasm, as C. */
#define WASM_MODULE constantZ2dtable_module
#include "wasm.h"

typedef u32 (*constantZ2dtableZ_type0)(u32, u32);
typedef u64 (*constantZ2dtableZ_type1)(u64);
typedef f32 (*constantZ2dtableZ_type5)(void);

extern WASM_HIDDEN u32 constantZ2dtableZ_f0_add(u32, u32);
extern WASM_HIDDEN u32 constantZ2dtableZ_f1_sub(u32, u32);
extern WASM_HIDDEN u64 constantZ2dtableZ_f2_neg(u64);
extern WASM_EXPORTED u32 constantZ2dtable__apply(u32);
extern WASM_EXPORTED u64 constantZ2dtable__fixed(void);
extern WASM_EXPORTED f32 constantZ2dtable__other(u32);

static const funcref constantZ2dtableZ_t0[6];

static const constantZ2dtableZ_type0 constantZ2dtableZ_view0_0[6];
static const constantZ2dtableZ_type1 constantZ2dtableZ_view0_1[6];

/* func[0] at 0x61 */
WASM_HIDDEN u32 constantZ2dtableZ_f0_add(u32 l0, u32 l1)
{
    return l0 + l1;
}

/* func[1] at 0x69 */
WASM_HIDDEN u32 constantZ2dtableZ_f1_sub(u32 l0, u32 l1)
{
    return l0 - l1;
}

/* func[2] at 0x71 */
WASM_HIDDEN u64 constantZ2dtableZ_f2_neg(u64 l0)
{
    return 0ull - l0;
}

/* func[3] at 0x79 */
u32 constantZ2dtable__apply(u32 l0)
{
    u32 t0 = l0;
    if (UNLIKELY(t0 >= 6u)) TRAP(UNDEFINED_ELEMENT, 3, 7);
    return constantZ2dtableZ_view0_0[t0](8u, 2u);
}

/* func[4] at 0x85 */
u64 constantZ2dtable__fixed(void)
{
    return constantZ2dtableZ_view0_1[3u](8ull);
}

/* func[5] at 0x8f */
f32 constantZ2dtable__other(u32 l0)
{
    return ((constantZ2dtableZ_type5)wasm_table_function(constantZ2dtableZ_t0, 6u, l0, 0x87u, 5, 3))();
}

static WASM_COLD u32 constantZ2dtableZ_view0_0_null(u32 l0, u32 l1)
{
    wasm_trap_at(WASM_TRAP_UNINITIALIZED_ELEMENT, __builtin_return_address(0));
}
static WASM_COLD u32 constantZ2dtableZ_view0_0_other(u32 l0, u32 l1)
{
    wasm_trap_at(WASM_TRAP_INDIRECT_CALL_TYPE_MISMATCH, __builtin_return_address(0));
}
static const constantZ2dtableZ_type0 constantZ2dtableZ_view0_0[] = {
    constantZ2dtableZ_view0_0_null,
    constantZ2dtableZ_f0_add,
    constantZ2dtableZ_f1_sub,
    constantZ2dtableZ_view0_0_other,
    constantZ2dtableZ_view0_0_null,
    constantZ2dtableZ_view0_0_null,
};
static WASM_COLD u64 constantZ2dtableZ_view0_1_null(u64 l0)
{
    wasm_trap_at(WASM_TRAP_UNINITIALIZED_ELEMENT, __builtin_return_address(0));
}
static WASM_COLD u64 constantZ2dtableZ_view0_1_other(u64 l0)
{
    wasm_trap_at(WASM_TRAP_INDIRECT_CALL_TYPE_MISMATCH, __builtin_return_address(0));
}
static const constantZ2dtableZ_type1 constantZ2dtableZ_view0_1[] = {
    constantZ2dtableZ_view0_1_null,
    constantZ2dtableZ_view0_1_other,
    constantZ2dtableZ_view0_1_other,
    constantZ2dtableZ_f2_neg,
    constantZ2dtableZ_view0_1_null,
    constantZ2dtableZ_view0_1_null,
};
static const funcref constantZ2dtableZ_t0[6] = {
    {0, 0},
    {(wasm_code)constantZ2dtableZ_f0_add, 0x503u},
    {(wasm_code)constantZ2dtableZ_f1_sub, 0x503u},
    {(wasm_code)constantZ2dtableZ_f2_neg, 0x185u},
    {0, 0},
    {0, 0},
};

WASM_FUNCTIONS(constantZ2dtableZ_functions,
    WASM_FUNCTION(constantZ2dtableZ_functions, constantZ2dtableZ_f0_add, 0x61)
    WASM_FUNCTION(constantZ2dtableZ_functions, constantZ2dtableZ_f1_sub, 0x69)
    WASM_FUNCTION(constantZ2dtableZ_functions, constantZ2dtableZ_f2_neg, 0x71)
    WASM_FUNCTION(constantZ2dtableZ_functions, constantZ2dtable__apply, 0x79)
    WASM_FUNCTION(constantZ2dtableZ_functions, constantZ2dtable__fixed, 0x85)
    WASM_FUNCTION(constantZ2dtableZ_functions, constantZ2dtable__other, 0x8f));
const struct wasm_module constantZ2dtable_module = {
    "constant-table.wasm", constantZ2dtableZ_functions,
    "add\000"
    "sub\000"
    "neg\000"
    "apply\000"
    "fixed\000"
    "other\000",
    6, 0};

#ifdef WASM_LIBRARY
static struct wasm_link constantZ2dtableZ_links[] = {
    {(const void *)constantZ2dtable__apply, 0x103u, "constant-table.apply", "func", false},
    {(const void *)constantZ2dtable__fixed, 0x85u, "constant-table.fixed", "func", false},
    {(const void *)constantZ2dtable__other, 0x107u, "constant-table.other", "func", false},
};
#endif

#ifdef WASM_LIBRARY
static void version_check(void);
WASM_AT_LOAD(constantZ2dtableZ_load)
static void constantZ2dtableZ_load(void)
{
    version_check();
    WASM_REGISTER_LINKS(constantZ2dtableZ_links, 3);
}
#endif

void constantZ2dtable_instantiate(void)
{
    wasm_module_register(&constantZ2dtable_module);
    WASM_LOADED(constantZ2dtableZ_load);
}
