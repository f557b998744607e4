/* Instructions on tables. Elements are references, 8 bytes each. */

MACHINE u64 wasm_machine_table_grow(u64 value, u64 delta, struct wasm_table *table)
{
    return table_grow_externref(table, (externref)value, delta);
}

MACHINE void wasm_machine_table_fill(u64 index, u64 value, u64 count, const struct wasm_table *table)
{
    table_fill_externref((struct wasm_table *)table, index, (externref)value, count, 0, 0);
}

MACHINE void wasm_machine_table_copy(u64 target, u64 source, u64 count, struct wasm_table *to,
                                     const struct wasm_table *from)
{
    table_copy_externref(to, from, target, source, count, 0, 0);
}

MACHINE void wasm_machine_table_init(u64 target, u32 source, u32 count, struct wasm_table *table,
                                     const externref *segment, u32 size)
{
    table_init_externref(table, segment, size, target, source, count, 0, 0);
}
