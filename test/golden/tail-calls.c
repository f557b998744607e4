/* tail-calls.wasm, as C. */
#define WASM_MODULE tailZ2dcalls_module
#include "wasm.h"
#include "ops/exception.h"
#include "ops/tail.h"

typedef u64 (*tailZ2dcallsZ_type0)(u32, u64);

extern WASM_EXPORTED u32 tailZ2dcalls__countdown(u32);
extern WASM_EXPORTED u64 tailZ2dcalls__forwards(u32, u64);
extern WASM_HIDDEN u64 tailZ2dcallsZ_f2_even(u32, u64);
extern WASM_HIDDEN u64 tailZ2dcallsZ_f3_odd(u32, u64);
extern WASM_EXPORTED u64 tailZ2dcalls__to_other(u32, u64);
extern WASM_HIDDEN u64 tailZ2dcallsZ_f5_back(f64);

extern WASM_HIDDEN void *tailZ2dcallsZ_tail4(void);
extern WASM_HIDDEN void *tailZ2dcallsZ_tail5(void);

static const funcref tailZ2dcallsZ_t0[1];

static __attribute__((unused)) void *tailZ2dcallsZ_adapter0(void)
{
    u64 result = ((tailZ2dcallsZ_type0)wasm_tail_code)(TAIL_VALUE(u32, 0), TAIL_VALUE(u64, 1));
    wasm_tail next = tail_learned();
    if (next != NULL) TAIL_CALL(next);
    TAIL_VALUE(u64, 0) = result;
    return NULL;
}

/* func[0] at 0x5d */
u32 tailZ2dcalls__countdown(u32 l0)
{
start:;
    if (l0 == 0) {
        return 0u;
    }
    u32 t0 = l0 - 1u;
    l0 = t0;
    goto start;
}

/* func[1] at 0x72 */
u64 tailZ2dcalls__forwards(u32 l0, u64 l1)
{
    return tailZ2dcallsZ_f3_odd(l0, 1ull);
}

/* func[2] at 0x7b */
TAIL_FUNCTION WASM_HIDDEN u64 tailZ2dcallsZ_f2_even(u32 l0, u64 l1)
{
    TAIL_RETURN tailZ2dcallsZ_f3_odd(l0 - 1u, l1);
}

/* func[3] at 0x87 */
TAIL_FUNCTION WASM_HIDDEN u64 tailZ2dcallsZ_f3_odd(u32 l0, u64 l1)
{
    if (l0 == 0) {
        return l1;
    }
    TAIL_RETURN tailZ2dcallsZ_f2_even(l0 - 1u, l1);
}

/* func[4] at 0x9c */
WASM_HIDDEN void *tailZ2dcallsZ_tail4(void)
{
    u32 l0 = TAIL_VALUE(u32, 0);
    u64 l1 = TAIL_VALUE(u64, 1);
    if (l0 == 0) {
        TAIL_VALUE(u64, 0) = l1;
        return NULL;
    }
    TAIL_VALUE(f64, 0) = (f64)l0;
    TAIL_CALL(tailZ2dcallsZ_tail5);
}

u64 tailZ2dcalls__to_other(u32 l0, u64 l1)
{
    if (tail_asked((wasm_code)tailZ2dcalls__to_other, tailZ2dcallsZ_tail4)) return 0;
    TAIL_VALUE(u32, 0) = l0;
    TAIL_VALUE(u64, 1) = l1;
    tail_run(tailZ2dcallsZ_tail4);
    return TAIL_VALUE(u64, 0);
}

/* func[5] at 0xad */
WASM_HIDDEN void *tailZ2dcallsZ_tail5(void)
{
    f64 l0 = TAIL_VALUE(f64, 0);
    u32 t0 = i32_trunc_f64_u(l0, 5, 3) - 1u;
    wasm_code t1 = wasm_table_function(tailZ2dcallsZ_t0, 1u, 0u, 0x585u, 5, 11);
    TAIL_VALUE(u32, 0) = t0;
    TAIL_VALUE(u64, 1) = 2ull;
    wasm_tail_code = t1;
    TAIL_CALL(tailZ2dcallsZ_adapter0);
}

WASM_HIDDEN u64 tailZ2dcallsZ_f5_back(f64 l0)
{
    if (tail_asked((wasm_code)tailZ2dcallsZ_f5_back, tailZ2dcallsZ_tail5)) return 0;
    TAIL_VALUE(f64, 0) = l0;
    tail_run(tailZ2dcallsZ_tail5);
    return TAIL_VALUE(u64, 0);
}

static const funcref tailZ2dcallsZ_t0[1] = {
    {(wasm_code)tailZ2dcalls__to_other, 0x585u},
};

WASM_FUNCTIONS(tailZ2dcallsZ_functions,
    WASM_FUNCTION(tailZ2dcallsZ_functions, tailZ2dcalls__countdown, 0x5d)
    WASM_FUNCTION(tailZ2dcallsZ_functions, tailZ2dcalls__forwards, 0x72)
    WASM_FUNCTION(tailZ2dcallsZ_functions, tailZ2dcallsZ_f2_even, 0x7b)
    WASM_FUNCTION(tailZ2dcallsZ_functions, tailZ2dcallsZ_f3_odd, 0x87)
    WASM_FUNCTION(tailZ2dcallsZ_functions, tailZ2dcallsZ_tail4, 0x9c)
    WASM_FUNCTION(tailZ2dcallsZ_functions, tailZ2dcallsZ_tail5, 0xad));
const struct wasm_module tailZ2dcalls_module = {
    "tail-calls.wasm", tailZ2dcallsZ_functions,
    "\000"
    "\000"
    "even\000"
    "odd\000"
    "to_other\000"
    "back\000",
    6, 0};

#ifdef WASM_LIBRARY
static struct wasm_link tailZ2dcallsZ_links[] = {
    {(const void *)tailZ2dcalls__countdown, 0x103u, "tail-calls.countdown", "func", false},
    {(const void *)tailZ2dcalls__forwards, 0x585u, "tail-calls.forwards", "func", false},
    {(const void *)tailZ2dcalls__to_other, 0x585u, "tail-calls.to_other", "func", false},
};
#endif

#ifdef WASM_LIBRARY
static void version_check(void);
WASM_AT_LOAD(tailZ2dcallsZ_load)
static void tailZ2dcallsZ_load(void)
{
    version_check();
    WASM_REGISTER_LINKS(tailZ2dcallsZ_links, 3);
}
#endif

void tailZ2dcalls_instantiate(void)
{
    wasm_module_register(&tailZ2dcalls_module);
    WASM_LOADED(tailZ2dcallsZ_load);
}
