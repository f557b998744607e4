/* dispatch.wasm, as C. */
#define WASM_MODULE dispatch_module
#include "wasm.h"

extern WASM_EXPORTED u32 dispatch__collatz(u32);

/* func[0] at 0x25 */
u32 dispatch__collatz(u32 l0)
{
    u32 l1 = 0, l2 = 0;
    switch (l1) {
    case 0:
        goto L3;
    case 1:
        goto L2;
    default:
        goto L1;
    }
L3:;
    if (l0 == 1u) {
        return l2;
    }
    l2 = l2 + 1u;
    if (l0 & 1u) {
        l1 = 2u;
        goto L1;
    }
L2:;
    l0 = l0 >> 1;
    l1 = 0u;
    goto L3;
L1:;
    l0 = (l0 * 3u) + 1u;
    l1 = 0u;
    goto L3;
}

WASM_FUNCTIONS(dispatchZ_functions,
    WASM_FUNCTION(dispatchZ_functions, dispatch__collatz, 0x25));
const struct wasm_module dispatch_module = {
    "dispatch.wasm", dispatchZ_functions,
    "collatz\000",
    1, 0};

#ifdef WASM_LIBRARY
static struct wasm_link dispatchZ_links[] = {
    {(const void *)dispatch__collatz, 0x103u, "dispatch.collatz", "func", false},
};
#endif

#ifdef WASM_LIBRARY
static void version_check(void);
WASM_AT_LOAD(dispatchZ_load)
static void dispatchZ_load(void)
{
    version_check();
    WASM_REGISTER_LINKS(dispatchZ_links, 1);
}
#endif

void dispatch_instantiate(void)
{
    wasm_module_register(&dispatch_module);
    WASM_LOADED(dispatchZ_load);
}
