/* references.wasm, as C. */
#define WASM_MODULE references_module
#include "wasm.h"

typedef u32 (*referencesZ_type0)(void);

extern WASM_HIDDEN u32 referencesZ_f0_one(void);
extern WASM_EXPORTED u32 references__call(u32);
extern WASM_EXPORTED u32 references__get(u32);
extern WASM_EXPORTED void references__set(u32, externref);
extern WASM_EXPORTED u32 references__grow(void);
extern WASM_EXPORTED void references__init(void);

static funcref referencesZ_g0_ref;

extern WASM_EXPORTED struct wasm_table references__functions;
static struct wasm_table referencesZ_t1;

static u32 referencesZ_element_count0;
static const funcref referencesZ_elements0[1];

/* func[0] at 0x78 */
WASM_HIDDEN u32 referencesZ_f0_one(void)
{
    return 1u;
}

/* func[1] at 0x7d */
u32 references__call(u32 l0)
{
    return ((referencesZ_type0)wasm_table_function(references__functions.functions, references__functions.size, l0, 0x83u, 1, 3))();
}

/* func[2] at 0x85 */
u32 references__get(u32 l0)
{
    funcref t0 = table_get_funcref(&references__functions, l0, 2, 3);
    return t0.code == NULL;
}

/* func[3] at 0x8d */
void references__set(u32 l0, externref l1)
{
    table_set_externref(&referencesZ_t1, l0, l1, 3, 5);
    table_fill_externref(&referencesZ_t1, 0u, NULL_EXTERNREF, 2u, 3, 13);
}

/* func[4] at 0x9f */
u32 references__grow(void)
{
    u32 t0 = table_grow_funcref(&references__functions, referencesZ_g0_ref, 2u);
    return t0 + (u32)references__functions.size;
}

/* func[5] at 0xad */
void references__init(void)
{
    table_init_funcref(&references__functions, referencesZ_elements0, referencesZ_element_count0, 1u, 0u, 1u, 5, 7);
    table_copy_funcref(&references__functions, &references__functions, 1u, 0u, 1u, 5, 17);
    referencesZ_element_count0 = 0;
}

KEPT_GLOBAL static funcref referencesZ_g0_ref;

struct wasm_table references__functions;

static struct wasm_table referencesZ_t1;

static u32 referencesZ_element_count0 = 1;
static const funcref referencesZ_elements0[] = {
    {(wasm_code)referencesZ_f0_one, 0x83u},
};

static const funcref referencesZ_elements1[] = {
    {(wasm_code)referencesZ_f0_one, 0x83u},
};

WASM_FUNCTIONS(referencesZ_functions,
    WASM_FUNCTION(referencesZ_functions, referencesZ_f0_one, 0x78)
    WASM_FUNCTION(referencesZ_functions, references__call, 0x7d)
    WASM_FUNCTION(referencesZ_functions, references__get, 0x85)
    WASM_FUNCTION(referencesZ_functions, references__set, 0x8d)
    WASM_FUNCTION(referencesZ_functions, references__grow, 0x9f)
    WASM_FUNCTION(referencesZ_functions, references__init, 0xad));
const struct wasm_module references_module = {
    "references.wasm", referencesZ_functions,
    "one\000"
    "call\000"
    "get\000"
    "set\000"
    "grow\000"
    "init\000",
    6, 0};

#ifdef WASM_LIBRARY
static struct wasm_link referencesZ_links[] = {
    {(const void *)references__call, 0x103u, "references.call", "func", false},
    {(const void *)references__get, 0x103u, "references.get", "func", false},
    {(const void *)references__set, 0x101u, "references.set", "func", false},
    {(const void *)references__grow, 0x83u, "references.grow", "func", false},
    {(const void *)references__init, 0x11u, "references.init", "func", false},
    {(const void *)&references__functions, 0x8du, "references.functions", "table of 32 bits", false},
};
#endif

#ifdef WASM_LIBRARY
static void version_check(void);
WASM_AT_LOAD(referencesZ_load)
static void referencesZ_load(void)
{
    version_check();
    WASM_REGISTER_LINKS(referencesZ_links, 6);
}
#endif

void references_instantiate(void)
{
    wasm_module_register(&references_module);
    WASM_LOADED(referencesZ_load);
    referencesZ_g0_ref = FUNCREF(referencesZ_f0_one, 0x83u);
    wasm_table_create(&references__functions, sizeof(funcref), 2u, 10u);
    wasm_table_create(&referencesZ_t1, sizeof(externref), 4u, 4294967295u);
    start_elements(&references__functions, 0u, referencesZ_elements1, 1u);
}
