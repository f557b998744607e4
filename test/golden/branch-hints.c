/* branch-hints.wasm, as C. */
#define WASM_MODULE branchZ2dhints_module
#include "wasm.h"

extern WASM_EXPORTED u32 branchZ2dhints__count(u32);

/* func[0] at 0x48 */
u32 branchZ2dhints__count(u32 l0)
{
    u32 l1 = 0;
    if (UNLIKELY(l0 == 0)) {
        return -1u;
    }
    if (l0 == 7u) {
        return 7u;
    }
L2:;
    l1 = l1 + l0;
    l0 = l0 - 1u;
    if (LIKELY(l0)) goto L2;
    return l1;
}

WASM_FUNCTIONS(branchZ2dhintsZ_functions,
    WASM_FUNCTION(branchZ2dhintsZ_functions, branchZ2dhints__count, 0x48));
const struct wasm_module branchZ2dhints_module = {
    "branch-hints.wasm", branchZ2dhintsZ_functions,
    NULL,
    1, 0};

#ifdef WASM_LIBRARY
static struct wasm_link branchZ2dhintsZ_links[] = {
    {(const void *)branchZ2dhints__count, 0x103u, "branch-hints.count", "func", false},
};
#endif

#ifdef WASM_LIBRARY
static void version_check(void);
WASM_AT_LOAD(branchZ2dhintsZ_load)
static void branchZ2dhintsZ_load(void)
{
    version_check();
    WASM_REGISTER_LINKS(branchZ2dhintsZ_links, 1);
}
#endif

void branchZ2dhints_instantiate(void)
{
    wasm_module_register(&branchZ2dhints_module);
    WASM_LOADED(branchZ2dhintsZ_load);
}
