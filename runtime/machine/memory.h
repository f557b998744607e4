/* Instructions on whole memories. */

MACHINE u64 wasm_machine_memory_grow(u64 delta, struct wasm_memory *memory)
{
    return wasm_memory_grow(memory, delta);
}

MACHINE void wasm_machine_memory_copy(u64 target, u64 source, u64 count, const struct wasm_memory *to,
                                      const struct wasm_memory *from)
{
    AT_CALLER;
    memory_copy(to, from, target, source, count, 0, 0);
}

MACHINE void wasm_machine_memory_fill(u64 target, u32 value, u64 count, const struct wasm_memory *memory)
{
    AT_CALLER;
    memory_fill(memory, target, value, count, 0, 0);
}

MACHINE void wasm_machine_memory_init(u64 target, u32 source, u32 count, const struct wasm_memory *memory,
                                      const u8 *segment, u32 size)
{
    AT_CALLER;
    memory_init(memory, segment, size, target, source, count, 0, 0);
}
