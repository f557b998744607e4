/* control.wasm, as C. */
#define WASM_MODULE control_module
#include "wasm.h"

struct wasm_ii {
    u32 _0;
    u32 _1;
};

extern WASM_EXPORTED u32 control__sum(u32);
extern WASM_EXPORTED u32 control__abs(u32);
extern WASM_EXPORTED u32 control__value(u32);
extern WASM_EXPORTED struct wasm_ii control__swap(u32);
extern WASM_HIDDEN struct wasm_ii controlZ_f4_exchange(u32, u32);
extern WASM_EXPORTED u32 control__table(u32);
extern WASM_EXPORTED void control__stop(u32);
extern WASM_EXPORTED u32 control__fib(u32);
extern WASM_EXPORTED void control__forever(void);

/* func[0] at 0x72 */
u32 control__sum(u32 l0)
{
    u32 l1 = 0, l2 = 0;
L1:;
    if (l1 >= l0) goto L0;
    l2 = l2 + l1;
    l1 = l1 + 1u;
    goto L1;
L0:;
    return l2;
}

/* func[1] at 0x96 */
u32 control__abs(u32 l0)
{
    u32 b0;
    if ((i32)l0 < 0) {
        b0 = 0u - l0;
    } else {
        b0 = l0;
    }
    return b0;
}

/* func[2] at 0xa9 */
u32 control__value(u32 l0)
{
    u32 b0;
    if (l0) {
        b0 = 1u;
        goto L0;
    }
    b0 = 2u;
L0:;
    return b0;
}

/* func[3] at 0xb8 */
struct wasm_ii control__swap(u32 l0)
{
    u32 l1 = 0;
    u32 b0_0 = 1u;
    u32 b0_1 = 2u;
L0:;
    u32 t0 = b0_0;
    l1 = b0_1;
    struct wasm_ii t1 = controlZ_f4_exchange(t0, l1);
    l0 = l0 - 1u;
    if (l0) {
        b0_0 = t1._0;
        b0_1 = t1._1;
        goto L0;
    }
    return (struct wasm_ii){t1._0, t1._1};
}

/* func[4] at 0xd5 */
WASM_HIDDEN struct wasm_ii controlZ_f4_exchange(u32 l0, u32 l1)
{
    return (struct wasm_ii){l1, l0};
}

/* func[5] at 0xdc */
u32 control__table(u32 l0)
{
    switch (l0) {
    case 1 ... 3:
        goto L1;
    case 4:
        goto L2;
    default:
        goto L0;
    }
L2:;
    return 30u;
L1:;
    return 20u;
L0:;
    return 10u;
}

/* func[6] at 0xfa */
void control__stop(u32 l0)
{
    if (l0) {
        return;
    }
    TRAP(UNREACHABLE, 6, 7);
}

/* func[7] at 0x104 */
WASM_INLINE u32 control__fib_Zpart2(u32 l0)
{
    if (l0 < 2u) {
        return l0;
    }
    u32 t0 = control__fib(l0 - 1u);
    keep_u32(t0);
    u32 t1 = control__fib(l0 - 2u);
    return t0 + t1;
}

/* func[7] at 0x104 */
WASM_INLINE u32 control__fib_Zpart1(u32 l0)
{
    if (l0 < 2u) {
        return l0;
    }
    u32 t0 = control__fib_Zpart2(l0 - 1u);
    keep_u32(t0);
    u32 t1 = control__fib_Zpart2(l0 - 2u);
    return t0 + t1;
}

/* func[7] at 0x104 */
u32 control__fib(u32 l0)
{
    if (l0 < 2u) {
        return l0;
    }
    u32 t0 = UNROLLED(control__fib)(l0 - 1u);
    keep_u32(t0);
    u32 t1 = UNROLLED(control__fib)(l0 - 2u);
    return t0 + t1;
}

/* func[8] at 0x121 */
void control__forever(void)
{
L0:;
    goto L0;
}

WASM_FUNCTIONS(controlZ_functions,
    WASM_FUNCTION(controlZ_functions, control__sum, 0x72)
    WASM_FUNCTION(controlZ_functions, control__abs, 0x96)
    WASM_FUNCTION(controlZ_functions, control__value, 0xa9)
    WASM_FUNCTION(controlZ_functions, control__swap, 0xb8)
    WASM_FUNCTION(controlZ_functions, controlZ_f4_exchange, 0xd5)
    WASM_FUNCTION(controlZ_functions, control__table, 0xdc)
    WASM_FUNCTION(controlZ_functions, control__stop, 0xfa)
    WASM_FUNCTION(controlZ_functions, control__fib, 0x104)
    WASM_FUNCTION(controlZ_functions, control__forever, 0x121));
const struct wasm_module control_module = {
    "control.wasm", controlZ_functions,
    "sum\000"
    "abs\000"
    "value\000"
    "swap\000"
    "exchange\000"
    "table\000"
    "stop\000"
    "fib\000"
    "forever\000",
    9, 0};

#ifdef WASM_LIBRARY
static struct wasm_link controlZ_links[] = {
    {(const void *)control__sum, 0x103u, "control.sum", "func", false},
    {(const void *)control__abs, 0x103u, "control.abs", "func", false},
    {(const void *)control__value, 0x103u, "control.value", "func", false},
    {(const void *)control__swap, 0x813u, "control.swap", "func", false},
    {(const void *)control__table, 0x103u, "control.table", "func", false},
    {(const void *)control__stop, 0x21u, "control.stop", "func", false},
    {(const void *)control__fib, 0x103u, "control.fib", "func", false},
    {(const void *)control__forever, 0x11u, "control.forever", "func", false},
};
#endif

#ifdef WASM_LIBRARY
static void version_check(void);
WASM_AT_LOAD(controlZ_load)
static void controlZ_load(void)
{
    version_check();
    WASM_REGISTER_LINKS(controlZ_links, 8);
}
#endif

void control_instantiate(void)
{
    wasm_module_register(&control_module);
    WASM_LOADED(controlZ_load);
}
