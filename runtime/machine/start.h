/* What instantiates a module. Traps happen in no function. */

#define START_TRAP(why, module) wasm_trap(WASM_TRAP_##why, WASM_NO_FUNCTION, 0, module)

MACHINE void wasm_machine_module(struct wasm_module *module, const char *file, const void *code, const char *names,
                                 const u8 *places, u32 imports)
{
    *module = (struct wasm_module){file, code, names, 0, imports, places};
    wasm_module_register_places(module);
}

/* At a base: unchecked; 0: wherever there is room. */
MACHINE void wasm_machine_memory(struct wasm_memory *memory, u64 base, u64 min, u64 max)
{
    wasm_memory_create(memory, (u8 *)base, min, max);
}

MACHINE void wasm_machine_memory_checked(struct wasm_memory *memory, u64 min, u64 max, u32 page_shift)
{
    wasm_memory_create_checked(memory, min, max, page_shift);
}

#ifdef WASM_THREADED
/* What a thread has of its own: see compiler/machine/state.ts. */
MACHINE void wasm_machine_instance(void **block, u64 size)
{
    __builtin_memset(block, 0, size);
    block[0] = &wasm_exception;
    block[1] = wasm_exception_values;
}
#endif

MACHINE void wasm_machine_table(struct wasm_table *table, u64 size, u64 max)
{
    wasm_table_create(table, sizeof(u64), size, max);
}

/* All elements of a new table. */
MACHINE void wasm_machine_table_all(u64 value, struct wasm_table *table)
{
    for (u64 i = 0; i < table->size; i++) table->externs[i] = (externref)value;
}

/* References to functions, from distances of their records to the first of the distances; 0 is null. */
MACHINE void wasm_machine_functions(u64 *items, const i32 *distances, u32 count)
{
    for (u32 i = 0; i < count; i++) items[i] = distances[i] ? (u64)distances + (u64)(i64)distances[i] : 0;
}

MACHINE void wasm_machine_elements(u64 target, const u64 *items, u32 count, struct wasm_table *table,
                                   const struct wasm_module *module)
{
    if (!wasm_in_range(target, count, table->size)) START_TRAP(TABLE_OUT_OF_BOUNDS, module);
    __builtin_memcpy(table->externs + target, items, count * sizeof *items);
}

MACHINE void wasm_machine_data(u64 target, const u8 *data, u32 size, const struct wasm_memory *memory,
                               const struct wasm_module *module)
{
    if (!wasm_in_range(target, size, memory->size)) START_TRAP(MEMORY_OUT_OF_BOUNDS, module);
    __builtin_memcpy(memory->base + target, data, size);
}

/* Data that lies in whole pages as it will in memory, where the system can move these. */
MACHINE void wasm_machine_image(u64 target, const u8 *data, u32 size, const struct wasm_memory *memory)
{
    wasm_memory_move(memory, target, data, size);
}
