/* linking.wasm, as C. */
#define WASM_MODULE linking_module
#include "wasm.h"

struct wasm_lf {
    u64 _0;
    f32 _1;
};

extern WASM_HIDDEN externref env__logZ20message(u32);
extern WASM_HIDDEN u32 wasi_snapshot_preview1__fd_write(u32, u32, u32, u32);
extern WASM_HIDDEN void linkingZ_f2_start(void);
extern WASM_EXPORTED struct wasm_lf linking__pair(f32, funcref);
extern WASM_EXPORTED void linking__print(void);

extern WASM_HIDDEN struct wasm_memory otherZ2dmodule__memory;

extern WASM_HIDDEN u64 otherZ2dmodule__counter;
extern WASM_HIDDEN const u32 otherZ2dmodule__base;
extern WASM_EXPORTED u32 linking__derived;
extern WASM_EXPORTED f64 linking__shared;

/* func[2] at 0x103 */
WASM_HIDDEN void linkingZ_f2_start(void)
{
    otherZ2dmodule__counter = 1ull;
    env__logZ20message(3u);
}

/* func[3] at 0x10f */
struct wasm_lf linking__pair(f32 l0, funcref l1)
{
    return (struct wasm_lf){1ull, l0};
}

/* func[4] at 0x116 */
void linking__print(void)
{
    wasi_snapshot_preview1__fd_write(1u, 0u, 0u, 0u);
}

u32 linking__derived;

f64 linking__shared;

static const u8 linkingZ_data0[] =
    "data";

u8 *linking_memory(void)
{
    return otherZ2dmodule__memory.base;
}

u64 linking_memory_size(void)
{
    return otherZ2dmodule__memory.size;
}

WASM_ALIAS(linking__sharedZ20again, linking__shared);
#include "ops/tail.h"
struct wasm_lf linking__ZZwei(f32 l0, funcref l1)
{
    tail_pass((wasm_code)linking__ZZwei, (wasm_code)linking__pair);
    return linking__pair(l0, l1);
}
externref linking__grZc3ZbcZc3Z9fe(u32 l0)
{
    tail_pass((wasm_code)linking__grZc3ZbcZc3Z9fe, (wasm_code)env__logZ20message);
    return env__logZ20message(l0);
}

WASM_FUNCTIONS(linkingZ_functions,
    WASM_FUNCTION(linkingZ_functions, linkingZ_f2_start, 0x103)
    WASM_FUNCTION(linkingZ_functions, linking__pair, 0x10f)
    WASM_FUNCTION(linkingZ_functions, linking__print, 0x116));
const struct wasm_module linking_module = {
    "linking.wasm", linkingZ_functions,
    "start\000"
    "pair\000"
    "print\000",
    3, 2};

#ifdef WASM_LIBRARY
static struct wasm_link linkingZ_links[] = {
    {(const void *)env__logZ20message, 0x10fu, "env.log message", "func", true},
    {(const void *)linking__pair, 0x7c27u, "linking.pair", "func", false},
    {(const void *)linking__ZZwei, 0x7c27u, "linking.Zwei", "func", false},
    {(const void *)linking__grZc3ZbcZc3Z9fe, 0x10fu, "linking.gr\303\274\303\237e", "func", false},
    {(const void *)linking__print, 0x11u, "linking.print", "func", false},
    {(const void *)&otherZ2dmodule__memory, 0x83u, "other-module.memory", "memory of 32 bits, pages of 65536", true},
    {(const void *)&otherZ2dmodule__counter, 0x85u, "other-module.counter", "mutable global", true},
    {(const void *)&otherZ2dmodule__base, 0x83u, "other-module.base", "global", true},
    {(const void *)&linking__derived, 0x83u, "linking.derived", "global", false},
    {(const void *)&linking__shared, 0x89u, "linking.shared", "mutable global", false},
    {(const void *)&linking__shared, 0x89u, "linking.shared again", "mutable global", false},
};
#endif

#ifdef WASM_LIBRARY
static void version_check(void);
WASM_AT_LOAD(linkingZ_load)
static void linkingZ_load(void)
{
    version_check();
    WASM_REGISTER_LINKS(linkingZ_links, 11);
}
#endif

void linking_instantiate(void)
{
    wasm_module_register(&linking_module);
    WASM_LOADED(linkingZ_load);
    wasm_wasi_memory = &otherZ2dmodule__memory;
    START_INTEGER(linking__derived, otherZ2dmodule__base);
    linking__shared = -0.0;
    start_data(&otherZ2dmodule__memory, otherZ2dmodule__base, linkingZ_data0, 4u);
    START_FUNCTION(linkingZ_f2_start);
}
