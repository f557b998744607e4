/* Instructions on tables. */

/* The function at an index, for a call: of that type and not null. */
WASM_INLINE wasm_code wasm_table_function(const funcref *elements, u64 size, u64 index, u64 type,
                                          u32 function, u32 offset)
{
    if (UNLIKELY(index >= size)) TRAP(UNDEFINED_ELEMENT, function, offset);
    if (UNLIKELY(elements[index].type != type)) {
        if (elements[index].code == NULL) TRAP(UNINITIALIZED_ELEMENT, function, offset);
        if (!WASM_SAME_TYPE(elements[index].type, type))
            TRAP(INDIRECT_CALL_TYPE_MISMATCH, function, offset);
    }
    return elements[index].code;
}

#define WASM_TABLE(type, elements)                                                                  \
    WASM_INLINE type table_get_##type(const struct wasm_table *table, u64 index, u32 function,      \
                                      u32 offset)                                                   \
    {                                                                                               \
        if (UNLIKELY(index >= table->size)) TRAP(TABLE_OUT_OF_BOUNDS, function, offset);            \
        return table->elements[index];                                                              \
    }                                                                                               \
    WASM_INLINE void table_set_##type(struct wasm_table *table, u64 index, type value,              \
                                      u32 function, u32 offset)                                     \
    {                                                                                               \
        if (UNLIKELY(index >= table->size)) TRAP(TABLE_OUT_OF_BOUNDS, function, offset);            \
        table->elements[index] = value;                                                             \
    }                                                                                               \
    WASM_INLINE void table_fill_##type(struct wasm_table *table, u64 index, type value, u64 count,  \
                                       u32 function, u32 offset)                                    \
    {                                                                                               \
        if (UNLIKELY(!wasm_in_range(index, count, table->size)))                                    \
            TRAP(TABLE_OUT_OF_BOUNDS, function, offset);                                            \
        for (u64 i = 0; i < count; i++) table->elements[index + i] = value;                         \
    }                                                                                               \
    WASM_INLINE u64 table_grow_##type(struct wasm_table *table, type value, u64 delta)              \
    {                                                                                               \
        u64 old = wasm_table_grow(table, delta);                                                    \
        if (old != (u64)-1)                                                                         \
            for (u64 i = old; i < table->size; i++) table->elements[i] = value;                     \
        return old;                                                                                 \
    }                                                                                               \
    WASM_INLINE void table_copy_##type(struct wasm_table *to, const struct wasm_table *from,        \
                                       u64 target, u64 source, u64 count, u32 function,             \
                                       u32 offset)                                                  \
    {                                                                                               \
        if (UNLIKELY(!wasm_in_range(target, count, to->size) ||                                     \
                     !wasm_in_range(source, count, from->size)))                                    \
            TRAP(TABLE_OUT_OF_BOUNDS, function, offset);                                            \
        __builtin_memmove(to->elements + target, from->elements + source, count * sizeof(type));    \
    }                                                                                               \
    /* `size` is 0 once the segment was dropped. */                                                 \
    WASM_INLINE void table_init_##type(struct wasm_table *table, const type *segment, u64 size,     \
                                       u64 target, u64 source, u64 count, u32 function, u32 offset) \
    {                                                                                               \
        if (UNLIKELY(!wasm_in_range(source, count, size) ||                                         \
                     !wasm_in_range(target, count, table->size)))                                   \
            TRAP(TABLE_OUT_OF_BOUNDS, function, offset);                                            \
        __builtin_memcpy(table->elements + target, segment + source, count * sizeof(type));         \
    }
WASM_TABLE(funcref, functions)
WASM_TABLE(externref, externs)
WASM_TABLE(exnref, exceptions)
