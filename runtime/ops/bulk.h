/* Instructions on ranges of a memory: these check their bounds, as nothing is written if any byte is outside. */

WASM_INLINE bool wasm_in_range(u64 start, u64 count, u64 size)
{
    return start <= size && count <= size - start;
}

WASM_INLINE void memory_copy(const struct wasm_memory *to, const struct wasm_memory *from, u64 target,
                             u64 source, u64 count, u32 function, u32 offset)
{
    if (UNLIKELY(!wasm_in_range(target, count, WASM_MEMORY_SIZE(to)) ||
                 !wasm_in_range(source, count, WASM_MEMORY_SIZE(from))))
        TRAP(MEMORY_OUT_OF_BOUNDS, function, offset);
    __builtin_memmove(to->base + target, from->base + source, count);
}

WASM_INLINE void memory_fill(const struct wasm_memory *memory, u64 target, u32 value, u64 count,
                             u32 function, u32 offset)
{
    if (UNLIKELY(!wasm_in_range(target, count, WASM_MEMORY_SIZE(memory))))
        TRAP(MEMORY_OUT_OF_BOUNDS, function, offset);
    __builtin_memset(memory->base + target, (u8)value, count);
}

/* `size` is 0 once the segment was dropped. */
WASM_INLINE void memory_init(const struct wasm_memory *memory, const u8 *segment, u64 size, u64 target,
                             u64 source, u64 count, u32 function, u32 offset)
{
    if (UNLIKELY(!wasm_in_range(source, count, size) ||
                 !wasm_in_range(target, count, WASM_MEMORY_SIZE(memory))))
        TRAP(MEMORY_OUT_OF_BOUNDS, function, offset);
    __builtin_memcpy(memory->base + target, segment + source, count);
}
