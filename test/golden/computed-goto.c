/* computed-goto.wasm, as C. */
#define WASM_OWN_MEMORY computedZ2dgotoZ_m0
#define WASM_MODULE computedZ2dgoto_module
#include "wasm.h"

extern WASM_EXPORTED u32 computedZ2dgoto__run(u32, u32);
extern WASM_EXPORTED u32 computedZ2dgoto__few(u32);

extern WASM_HIDDEN struct wasm_memory computedZ2dgotoZ_m0;

/* func[0] at 0x35 */
u32 computedZ2dgoto__run(u32 l0, u32 l1)
{
    u32 l2 = 0;
L0:;
    l2 = i32_load8_u(l0);
    l0 = l0 + 1u;
    u32 t0 = l2;
    #ifdef WASM_FOR_SPEED
    static const void *const table[] = {&&L8, &&L7, &&L6, &&L5, &&L4, &&L3, &&L2, &&L0, &&L1};
    goto *table[t0 < 8u ? t0 : 8u];
    #else
    switch (t0) {
    case 0:
        goto L8;
    case 1:
        goto L7;
    case 2:
        goto L6;
    case 3:
        goto L5;
    case 4:
        goto L4;
    case 5:
        goto L3;
    case 6:
        goto L2;
    case 7:
        goto L0;
    default:
        goto L1;
    }
    #endif
L8:;
    l1 = l1 + i32_load8_u(l0);
    goto L0;
L7:;
    l1 = l1 - i32_load8_u(l0);
    goto L0;
L6:;
    l1 = l1 * i32_load8_u(l0);
    goto L0;
L5:;
    l1 = l1 & i32_load8_u(l0);
    goto L0;
L4:;
    l1 = l1 ^ i32_load8_u(l0);
    goto L0;
L3:;
    l1 = i32_rotl(l1, i32_load8_u(l0));
    goto L0;
L2:;
    l1 = 0u - l1;
    goto L0;
L1:;
    return l1;
}

/* func[1] at 0xc3 */
u32 computedZ2dgoto__few(u32 l0)
{
    u32 l1 = 0;
L0:;
    l0 = l0 + 1u;
    switch (i32_load8_u(l0)) {
    case 0:
        goto L2;
    case 1:
        goto L0;
    default:
        goto L1;
    }
L2:;
    l1 = l1 + 1u;
    goto L0;
L1:;
    return l1;
}

WASM_HIDDEN struct wasm_memory computedZ2dgotoZ_m0 WASM_MEMORY_BEFORE;

u8 *computedZ2dgoto_memory(void)
{
    return computedZ2dgotoZ_m0.base;
}

u64 computedZ2dgoto_memory_size(void)
{
    return computedZ2dgotoZ_m0.size;
}

WASM_FUNCTIONS(computedZ2dgotoZ_functions,
    WASM_FUNCTION(computedZ2dgotoZ_functions, computedZ2dgoto__run, 0x35)
    WASM_FUNCTION(computedZ2dgotoZ_functions, computedZ2dgoto__few, 0xc3));
const struct wasm_module computedZ2dgoto_module = {
    "computed-goto.wasm", computedZ2dgotoZ_functions,
    "run\000"
    "few\000",
    2, 0};

#ifdef WASM_LIBRARY
static struct wasm_link computedZ2dgotoZ_links[] = {
    {(const void *)computedZ2dgoto__run, 0x503u, "computed-goto.run", "func", false},
    {(const void *)computedZ2dgoto__few, 0x103u, "computed-goto.few", "func", false},
};
#endif

#ifdef WASM_LIBRARY
static void version_check(void);
WASM_AT_LOAD(computedZ2dgotoZ_load)
static void computedZ2dgotoZ_load(void)
{
    version_check();
    WASM_REGISTER_LINKS(computedZ2dgotoZ_links, 2);
}
#endif

void computedZ2dgoto_instantiate(void)
{
    wasm_module_register(&computedZ2dgoto_module);
    WASM_LOADED(computedZ2dgotoZ_load);
    wasm_memory_create(&computedZ2dgotoZ_m0, WASM_MEMORY_PLACE, 1u, 65536u);
    wasm_wasi_memory = &computedZ2dgotoZ_m0;
}
