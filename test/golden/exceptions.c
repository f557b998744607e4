/* exceptions.wasm, as C. */
#define WASM_MODULE exceptions_module
#include "wasm.h"
#include "ops/exception.h"
#include "ops/tail.h"

typedef u32 (*exceptionsZ_type0)(u32);

extern WASM_HIDDEN u32 env__host(u32);
extern WASM_HIDDEN u32 exceptionsZ_f1_pure(u32);
extern WASM_HIDDEN u32 exceptionsZ_f2_throws(u32);
extern WASM_EXPORTED u32 exceptions__passes_on(u32);
extern WASM_EXPORTED u32 exceptions__catches(u32);
extern WASM_EXPORTED u32 exceptions__cleans_up(u32);
extern WASM_EXPORTED u32 exceptions__delegates(u32);

extern WASM_EXPORTED const struct wasm_tag exceptions__failure;
static const struct wasm_tag exceptionsZ_tag1;

static const exceptionsZ_type0 exceptionsZ_view0_0[2];

/* func[1] at 0x86 */
WASM_HIDDEN u32 exceptionsZ_f1_pure(u32 l0)
{
    return l0 + 1u;
}

/* func[2] at 0x8e */
WASM_HIDDEN u32 exceptionsZ_f2_throws(u32 l0)
{
    if (l0) {
        EXCEPTION_VALUE(u32, 0) = l0;
        EXCEPTION_VALUE(f64, 8) = 0.5;
        exception_throw(&exceptions__failure, 1, 16);
        return 0;
    }
    return 3u;
}

/* func[3] at 0xa5 */
u32 exceptions__passes_on(u32 l0)
{
    u32 t0 = exceptionsZ_f1_pure(l0);
    keep_u32(t0);
    u32 t1 = exceptionsZ_f2_throws(l0);
    return t0 + t1;
}

/* func[4] at 0xb1 */
u32 exceptions__catches(u32 l0)
{
    u32 b0;
    u32 t0 = env__host(l0);
    if (THROWN) goto L0_catch;
    u32 t1 = exceptionsZ_view0_0[0u](t0);
    if (THROWN) goto L0_catch;
    b0 = t1;
    goto L0;
L0_catch:;
    if (wasm_exception.tag != &exceptions__failure) goto L0_catch0;
    u32 t2 = EXCEPTION_VALUE(u32, 0);
    f64 t3 = EXCEPTION_VALUE(f64, 8);
    wasm_exception.tag = NULL;
    b0 = t2;
    goto L0;
L0_catch0:;
    if (wasm_exception.tag != &exceptionsZ_tag1) goto L0_catch1;
    wasm_exception.tag = NULL;
    b0 = 1u;
    goto L0;
L0_catch1:;
    return 0;
L0:;
    return b0;
}

/* func[5] at 0xc7 */
u32 exceptions__cleans_up(u32 l0)
{
    u32 l1 = 0;
    l1 = 1u;
    u32 b0;
    u32 t0 = exceptionsZ_f2_throws(l0);
    if (THROWN) goto L0_catch;
    b0 = t0;
    goto L0;
L0_catch:;
    exnref x0_0 = exception_reference();
    wasm_exception.tag = NULL;
    l1 = 0u;
    exception_throw_reference(x0_0);
    return 0;
L0:;
    return b0;
}

/* func[6] at 0xde */
u32 exceptions__delegates(u32 l0)
{
    u32 b0;
    u32 b1;
    u32 t0 = exceptionsZ_f2_throws(l0);
    if (THROWN) goto L1_catch;
    b1 = t0;
    goto L1;
L1_catch:;
    goto L0_catch;
L1:;
    b0 = b1;
    goto L0;
L0_catch:;
    wasm_exception.tag = NULL;
    b0 = 2u;
    goto L0;
L0:;
    return b0;
}

static const exceptionsZ_type0 exceptionsZ_view0_0[] = {
    exceptionsZ_f2_throws,
    exceptionsZ_f1_pure,
};

const struct wasm_tag exceptions__failure = {16};

static const struct wasm_tag exceptionsZ_tag1 = {0};

u32 exceptions_exception(void)
{
    u32 thrown = wasm_exception.tag != NULL;
    wasm_exception.tag = NULL;
    return thrown;
}

WASM_FUNCTIONS(exceptionsZ_functions,
    WASM_FUNCTION(exceptionsZ_functions, exceptionsZ_f1_pure, 0x86)
    WASM_FUNCTION(exceptionsZ_functions, exceptionsZ_f2_throws, 0x8e)
    WASM_FUNCTION(exceptionsZ_functions, exceptions__passes_on, 0xa5)
    WASM_FUNCTION(exceptionsZ_functions, exceptions__catches, 0xb1)
    WASM_FUNCTION(exceptionsZ_functions, exceptions__cleans_up, 0xc7)
    WASM_FUNCTION(exceptionsZ_functions, exceptions__delegates, 0xde));
const struct wasm_module exceptions_module = {
    "exceptions.wasm", exceptionsZ_functions,
    "pure\000"
    "throws\000"
    "\000"
    "\000"
    "\000"
    "\000",
    6, 1};

#ifdef WASM_LIBRARY
static struct wasm_link exceptionsZ_links[] = {
    {(const void *)env__host, 0x103u, "env.host", "func", true},
    {(const void *)exceptions__passes_on, 0x103u, "exceptions.passes_on", "func", false},
    {(const void *)exceptions__catches, 0x103u, "exceptions.catches", "func", false},
    {(const void *)exceptions__cleans_up, 0x103u, "exceptions.cleans_up", "func", false},
    {(const void *)exceptions__delegates, 0x103u, "exceptions.delegates", "func", false},
    {(const void *)&exceptions__failure, 0xd1u, "exceptions.failure", "tag", false},
};
#endif

#ifdef WASM_LIBRARY
static void version_check(void);
WASM_AT_LOAD(exceptionsZ_load)
static void exceptionsZ_load(void)
{
    version_check();
    WASM_REGISTER_LINKS(exceptionsZ_links, 6);
}
#endif

void exceptions_instantiate(void)
{
    wasm_module_register(&exceptions_module);
    WASM_LOADED(exceptionsZ_load);
}
