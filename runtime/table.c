/* Tables, as memories: address space for the largest size, made accessible as they grow. */

#include "table.h"

/* Engines agree on this limit; a table that declares no maximum gets it. */
#define TABLE_MAX_SIZE 10000000ull
#define TABLE_GRANULE 0x10000ull
/* No table has more elements, so that no size in bytes wraps: a 64-bit table may declare any number. */
#define TABLE_SIZE_LIMIT 0xffffffffull

static u64 table_bytes(const struct wasm_table *table, u64 size) {
    return (size * table->element_size + TABLE_GRANULE - 1) & ~(TABLE_GRANULE - 1);
}

WASM_API u64 wasm_table_grow(struct wasm_table *table, u64 delta) {
    u64 old = table->size, committed = table_bytes(table, old), wanted;
    if (delta > table->max_size - old) return (u64)-1;
    wanted = table_bytes(table, old + delta);
    if (wanted > committed && !process_commit(table->bytes + committed, wanted - committed)) return (u64)-1;
    table->size = old + delta;
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
    table->bytes = process_reserve(NULL, table_bytes(table, table->max_size));
    if (!table->bytes || wasm_table_grow(table, size) == (u64)-1)
        wasm_fail("not enough memory for the program's table of functions");
}

#ifdef WASM_LIBRARY
static struct wasm_type_list *type_lists;

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

static const struct wasm_type *type_find(const struct wasm_type *type) {
    for (const struct wasm_type_list *list = type_lists; list; list = list->next)
        for (u64 i = 0; i < list->count; i++)
            if (type_equals(&list->types[i], type)) return list->types[i].canonical;
    return type;
}

WASM_API void wasm_types_register(struct wasm_type *types, u64 count, struct wasm_type_list *list) {
    if (list->types) return;
    for (u64 i = 0; i < count; i++) types[i].canonical = type_find(&types[i]);
    *list = (struct wasm_type_list){types, count, type_lists};
    type_lists = list;
}

WASM_API bool wasm_same_type(u64 a, u64 b) {
    const struct wasm_type *x, *y;
    if (a == b) return true;
    if ((a | b) & 1 || !a || !b) return false;
    x = (const struct wasm_type *)a;
    y = (const struct wasm_type *)b;
    return x->canonical && x->canonical == y->canonical;
}

static struct wasm_link_list *link_lists;

static bool link_fits(const struct wasm_link *import, const struct wasm_link *export) {
    u64 at = 0;
    while (import->manner[at] && import->manner[at] == export->manner[at]) at++;
    return import->manner[at] == export->manner[at] && wasm_same_type(import->type, export->type);
}

/* Linkers may join functions of one code: then one of the exports that are there must fit. */
static void link_check(const struct wasm_link *import, const struct wasm_link_list *exports) {
    const struct wasm_link *other = NULL;
    for (u64 i = 0; i < exports->count; i++) {
        const struct wasm_link *export = &exports->links[i];
        if (export->imported || export->place != import->place) continue;
        if (link_fits(import, export)) return;
        other = export;
    }
    if (!other) return;
    text_begin("wasm-exe: ");
    text_add(import->name);
    text_add(" is imported as a ");
    text_add(import->manner);
    text_add(" of another type than it is exported with, as a ");
    text_add(other->manner);
    text_end_process(1);
}

static void link_check_all(const struct wasm_link_list *imports, const struct wasm_link_list *exports) {
    for (u64 i = 0; i < imports->count; i++)
        if (imports->links[i].imported) link_check(&imports->links[i], exports);
}

WASM_API void wasm_links_register(const struct wasm_link *links, u64 count, struct wasm_link_list *list) {
    if (list->links) return;
    *list = (struct wasm_link_list){links, count, link_lists};
    link_lists = list;
    for (const struct wasm_link_list *other = list->next; other; other = other->next) {
        link_check_all(list, other);
        link_check_all(other, list);
    }
}
#endif
