/* Tables, as memories: address space for the largest size, made accessible as they grow. */

#include "table.h"
#include "lock.h"

/* Engines agree on this limit; a table that declares no maximum gets it. */
#define TABLE_MAX_SIZE 10000000ull
#define TABLE_GRANULE 0x10000ull
/* No table has more elements, so that no size in bytes wraps: a 64-bit table may declare any number. */
#define TABLE_SIZE_LIMIT 0xffffffffull

static u64 table_bytes(const struct wasm_table *table, u64 size) {
    return (size * table->element_size + TABLE_GRANULE - 1) & ~(TABLE_GRANULE - 1);
}

#if defined(WASM_THREADED) && !defined(WASM_LIBRARY)
/* What stands before a table. Each thread has tables of its own; when it is over, those of others may have their places. What knew
   the table lay on the stack of code that has returned by then. */
struct table_place {
    struct table_place *next;
    u64 size;
    u64 used; /* bytes of elements, which may be other than null */
};
static WASM_THREAD_LOCAL struct table_place *table_places; /* of the thread */
static struct table_place *table_places_free;
static struct lock table_lock; /* of those */

static u8 *table_reserve(u64 size) {
    struct table_place *place, **link = &table_places_free;
    size += TABLE_GRANULE;
    lock_take(&table_lock);
    while (*link && (*link)->size != size) link = &(*link)->next;
    place = *link;
    if (place) *link = place->next;
    lock_release(&table_lock);
    if (!place) {
        place = (struct table_place *)process_reserve(NULL, size);
        if (!place || !process_commit((u8 *)place, TABLE_GRANULE)) return NULL;
        place->size = size;
    }
    place->used = 0;
    place->next = table_places;
    table_places = place;
    return (u8 *)place + TABLE_GRANULE;
}

static void table_note_size(const struct wasm_table *table) {
    if (table->bytes) ((struct table_place *)(table->bytes - TABLE_GRANULE))->used = table->size * table->element_size;
}

/* The thread is over. Elements are null wherever a place is free. */
static void table_release_all(void) {
    struct table_place *place;
    while ((place = table_places)) {
        table_places = place->next;
        __builtin_memset((u8 *)place + TABLE_GRANULE, 0, place->used);
        lock_take(&table_lock);
        place->next = table_places_free;
        table_places_free = place;
        lock_release(&table_lock);
    }
}
#else
static u8 *table_reserve(u64 size) {
    return process_reserve(NULL, size);
}
static inline void table_note_size(const struct wasm_table *table) {
    (void)table;
}
#endif

WASM_API u64 wasm_table_grow(struct wasm_table *table, u64 delta) {
    u64 old = table->size, committed = table_bytes(table, old), wanted;
    if (delta > table->max_size - old) return (u64)-1;
    wanted = table_bytes(table, old + delta);
    if (wanted > committed && !process_commit(table->bytes + committed, wanted - committed)) return (u64)-1;
    table->size = old + delta;
    table_note_size(table);
    return old;
}

WASM_API void wasm_table_create(struct wasm_table *table, u32 element_size, u64 size, u64 max_size) {
    if (size > TABLE_SIZE_LIMIT)
        wasm_fail("not enough memory for the program's table of functions");
    table->element_size = element_size;
    table->size = 0;
    table->max_size = max_size < TABLE_MAX_SIZE ? max_size : size > TABLE_MAX_SIZE ? size : TABLE_MAX_SIZE;
    table->bytes = NULL;
    if (table->max_size == 0) return;
    table->bytes = table_reserve(table_bytes(table, table->max_size));
    if (!table->bytes || wasm_table_grow(table, size) == (u64)-1)
        wasm_fail("not enough memory for the program's table of functions");
}

#ifdef WASM_LIBRARY
static bool type_equals(const struct wasm_type *a, const struct wasm_type *b) {
    u64 reference = 0;
    for (u64 i = 0;; i++) {
        char letter = a->text[i];
        if (letter != b->text[i]) return false;
        if (letter == 0) return true;
        if (letter != 'c' && letter != 'C') continue;
        if (a->references[reference]->canonical != b->references[reference]->canonical) return false;
        reference++;
    }
}

static u64 digest_add(u64 digest, u64 part) {
    digest = (digest ^ part) * 0x9e3779b97f4a7c15ull;
    return digest ^ digest >> 32;
}

static u64 type_digest(const struct wasm_type *type) {
    u64 digest = 0, reference = 0;
    for (const char *at = type->text; *at; at++) {
        digest = digest_add(digest, (u8)*at);
        if (*at == 'c' || *at == 'C') digest = digest_add(digest, (u64)type->references[reference++]->canonical);
    }
    return digest;
}

/* Of each type one, in a tree by the bits of a digest: that says where to look, and not which are equal. */
static struct wasm_type *type_tree;

static const struct wasm_type *type_find(struct wasm_type *type) {
    struct wasm_type **place = &type_tree;
    for (u64 bits = type_digest(type); *place; bits >>= 1) {
        if (type_equals(*place, type)) return *place;
        place = &(*place)->below[bits & 1];
    }
    return *place = type;
}

WASM_API void wasm_types_register(struct wasm_type *types, u64 count, bool *registered) {
    if (*registered) return;
    *registered = true;
    for (u64 i = 0; i < count; i++) types[i].canonical = type_find(&types[i]);
}

WASM_API bool wasm_same_type(u64 a, u64 b) {
    const struct wasm_type *x, *y;
    if (a == b) return true;
    if ((a | b) & 1 || !a || !b) return false;
    x = (const struct wasm_type *)a;
    y = (const struct wasm_type *)b;
    return x->canonical && x->canonical == y->canonical;
}

/* All links by their places: exports, and those that import something. */
static struct wasm_link *link_exports, *link_imports;

static bool link_fits(const struct wasm_link *import, const struct wasm_link *export) {
    u64 at = 0;
    while (import->manner[at] && import->manner[at] == export->manner[at]) at++;
    return import->manner[at] == export->manner[at] && wasm_same_type(import->type, export->type);
}

_Noreturn static void link_fail(const struct wasm_link *import, const struct wasm_link *export) {
    text_begin("wasm-exe: ");
    text_add(import->name);
    text_add(" is imported as a ");
    text_add(import->manner);
    text_add(" of another type than it is exported with, as a ");
    text_add(export->manner);
    text_end_process(1);
}

/* Linkers may join functions of one code: of what each other module exports at the place, one must fit. */
static void link_check(const struct wasm_link *import, const struct wasm_link *exports) {
    while (exports) {
        const struct wasm_link *first = exports;
        bool fits = false;
        for (; exports && exports->module == first->module; exports = exports->same)
            fits = fits || link_fits(import, exports);
        if (!fits && first->module != import->module) link_fail(import, first);
    }
}

/* Where in a tree the links of a place are, or would be. */
static struct wasm_link **link_find(struct wasm_link **tree, const void *place) {
    u64 bits = digest_add(0, (u64)place);
    for (; *tree && (*tree)->place != place; bits >>= 1) tree = &(*tree)->below[bits & 1];
    return tree;
}

static void link_add(struct wasm_link *link) {
    struct wasm_link **first = link_find(link->imported ? &link_imports : &link_exports, link->place);
    /* Before those of the place that are there, so that links of one module follow each other. */
    if (*first) {
        link->below[0] = (*first)->below[0];
        link->below[1] = (*first)->below[1];
        link->same = *first;
    }
    *first = link;
}

WASM_API void wasm_links_register(struct wasm_link *links, u64 count, bool *registered) {
    if (*registered) return;
    *registered = true;
    for (u64 i = 0; i < count; i++) {
        links[i].module = registered;
        link_add(&links[i]);
    }
    for (u64 i = 0; i < count; i++) {
        const struct wasm_link *exports = *link_find(&link_exports, links[i].place);
        if (links[i].imported) link_check(&links[i], exports);
        else
            for (const struct wasm_link *import = *link_find(&link_imports, links[i].place); import; import = import->same)
                link_check(import, exports);
    }
}
#endif
