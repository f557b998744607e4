/* Objects of the garbage-collected heap. All traps are the calling instruction's. */

MACHINE void wasm_machine_gc_types(const struct wasm_gc_type *types, u32 count) { wasm_gc_types(types, count); }
MACHINE void wasm_machine_gc_roots(u64 *first, u32 count) { wasm_gc_roots(first, count); }
MACHINE void wasm_machine_gc_table(const struct wasm_table *table) { wasm_gc_table(table); }

MACHINE u64 wasm_machine_gc_structure(u32 type)
{
    u64 object = (u64)wasm_gc_allocate(wasm_gc.types[type]->size, type);
    if (UNLIKELY(!object)) TRAP(OUT_OF_MEMORY, 0, 0);
    return object;
}

WASM_INLINE u64 gc_array(u32 type, u32 length)
{
    u64 array = (u64)wasm_gc_allocate_array(type, length);
    if (UNLIKELY(!array)) TRAP(OUT_OF_MEMORY, 0, 0);
    return array;
}

/* For code that found too little memory: of a type, an array's length below it. 0 if there is no room. */
MACHINE u64 wasm_machine_gc_new(u64 type_and_length)
{
    u32 type = (u32)(type_and_length >> 32);
    const struct wasm_gc_type *found = wasm_gc.types[type];
    if (found->kind == WASM_GC_ARRAY) return (u64)wasm_gc_allocate_array(type, (u32)type_and_length);
    return (u64)wasm_gc_allocate(found->size, type);
}

MACHINE u64 wasm_machine_gc_array(u32 length, u32 type) { return gc_array(type, length); }

WASM_INLINE u32 gc_array_length(u64 array)
{
    if (UNLIKELY(!array)) TRAP(NULL_ARRAY, 0, 0);
    return ((const u32 *)array)[1];
}

/* The place of `count` elements. */
WASM_INLINE u8 *gc_elements(u64 array, u32 at, u32 count)
{
    u32 length = gc_array_length(array);
    if (UNLIKELY(at > length || count > length - at)) TRAP(ARRAY_OUT_OF_BOUNDS, 0, 0);
    return (u8 *)array + 8 + (u64)at * wasm_gc.types[*(const u32 *)array]->size;
}

/* As many elements of an array were changed. */
WASM_INLINE void gc_stored(u64 array, const u8 *place, u32 count)
{
    const struct wasm_gc_type *type = wasm_gc.types[*(const u32 *)array];
    if (type->refs) wasm_gc_stored(place, 8 * (u64)count);
}

static inline void gc_repeat(u8 *place, u64 value, u32 count, u32 size)
{
    switch (size) {
    case 1: __builtin_memset(place, (int)(value & 0xff), count); break;
    case 2:
        for (u32 i = 0; i < count; i++) ((u16 *)place)[i] = (u16)value;
        break;
    case 4:
        for (u32 i = 0; i < count; i++) ((u32 *)place)[i] = (u32)value;
        break;
    default:
        for (u32 i = 0; i < count; i++) ((u64 *)place)[i] = value;
    }
}

static inline void gc_repeat_vector(u8 *place, v128 value, u32 count)
{
    for (u32 i = 0; i < count; i++) __builtin_memcpy(place + 16 * (u64)i, &value, 16);
}

WASM_INLINE u64 gc_array_of(u64 value, u32 length, u32 type)
{
    u64 array = gc_array(type, length);
    gc_repeat((u8 *)array + 8, value, length, wasm_gc.types[type]->size);
    return array;
}

MACHINE u64 wasm_machine_gc_array_of(u64 value, u32 length, u32 type) { return gc_array_of(value, length, type); }

MACHINE u64 wasm_machine_gc_array_of_vector(v128 value, u32 length, u32 type)
{
    u64 array = gc_array(type, length);
    gc_repeat_vector((u8 *)array + 8, value, length);
    return array;
}

MACHINE void wasm_machine_gc_array_fill(u64 array, u32 at, u64 value, u32 count)
{
    u8 *place = gc_elements(array, at, count);
    gc_repeat(place, value, count, wasm_gc.types[*(const u32 *)array]->size);
    gc_stored(array, place, count);
}

MACHINE void wasm_machine_gc_array_fill_vector(u64 array, u32 at, v128 value, u32 count)
{
    gc_repeat_vector(gc_elements(array, at, count), value, count);
}

MACHINE void wasm_machine_gc_array_copy(u64 to, u32 to_at, u64 from, u32 from_at, u32 count)
{
    u8 *target;
    const u8 *source;
    /* Of two nulls that of the first is told. */
    gc_array_length(to);
    gc_array_length(from);
    target = gc_elements(to, to_at, count);
    source = gc_elements(from, from_at, count);
    __builtin_memmove(target, source, (u64)count * wasm_gc.types[*(const u32 *)to]->size);
    gc_stored(to, target, count);
}

/* Of a segment `size` bytes are left. */
WASM_INLINE const u8 *gc_segment(const u8 *segment, u32 size, u32 at, u64 bytes)
{
    if (UNLIKELY(at > size || bytes > size - at)) TRAP(MEMORY_OUT_OF_BOUNDS, 0, 0);
    return segment + at;
}

MACHINE u64 wasm_machine_gc_array_new_data(u32 at, u32 length, u32 type, const u8 *segment, u32 size)
{
    u64 bytes = (u64)length * wasm_gc.types[type]->size;
    const u8 *source = gc_segment(segment, size, at, bytes);
    u64 array = gc_array(type, length);
    __builtin_memcpy((u8 *)array + 8, source, bytes);
    return array;
}

MACHINE void wasm_machine_gc_array_init_data(u64 array, u32 at, u32 from, u32 count, const u8 *segment, u32 size)
{
    u8 *place = gc_elements(array, at, count);
    u64 bytes = (u64)count * wasm_gc.types[*(const u32 *)array]->size;
    __builtin_memcpy(place, gc_segment(segment, size, from, bytes), bytes);
}

WASM_INLINE const u64 *gc_items(const u64 *items, u32 size, u32 at, u32 count)
{
    if (UNLIKELY(at > size || count > size - at)) TRAP(TABLE_OUT_OF_BOUNDS, 0, 0);
    return items + at;
}

MACHINE u64 wasm_machine_gc_array_new_elem(u32 at, u32 length, u32 type, const u64 *items, u32 size)
{
    const u64 *source = gc_items(items, size, at, length);
    u64 array = gc_array(type, length);
    __builtin_memcpy((u8 *)array + 8, source, 8 * (u64)length);
    return array;
}

MACHINE void wasm_machine_gc_array_init_elem(u64 array, u32 at, u32 from, u32 count, const u64 *items, u32 size)
{
    u8 *place = gc_elements(array, at, count);
    __builtin_memcpy(place, gc_items(items, size, from, count), 8 * (u64)count);
    gc_stored(array, place, count);
}

/* Of numbers in other registers. */
#define GC_FLOAT(type, bits)                                                                                    \
    MACHINE u64 wasm_machine_gc_array_of_##type(type value, u32 length, u32 number)                              \
    {                                                                                                            \
        bits copy;                                                                                               \
        __builtin_memcpy(&copy, &value, sizeof copy);                                                            \
        return gc_array_of(copy, length, number);                                                                \
    }                                                                                                            \
    MACHINE void wasm_machine_gc_array_fill_##type(u64 array, u32 at, type value, u32 count)                     \
    {                                                                                                            \
        bits copy;                                                                                               \
        u8 *place = gc_elements(array, at, count);                                                               \
        __builtin_memcpy(&copy, &value, sizeof copy);                                                            \
        gc_repeat(place, copy, count, sizeof copy);                                                              \
    }
GC_FLOAT(f32, u32)
GC_FLOAT(f64, u64)

/* Casts that are longer than a call: whether a reference is of a type; `null` is the answer for null. */

/* A function's record is its distance, then its type. */
MACHINE u32 wasm_machine_gc_test_function(u64 reference, u32 type, u32 depth, u32 null)
{
    if (!reference) return null;
    return wasm_gc_below(((const u32 *)reference)[1], type, depth);
}

/* eq, i31, struct, array */
MACHINE u32 wasm_machine_gc_test_heap(u64 reference, u32 heap, u32 null)
{
    if (!reference) return null;
    if (reference & 1) return heap < 2;
    if (heap == 1 || !wasm_gc_is_object(reference)) return 0;
    return heap == 0 || wasm_gc.types[*(const u32 *)reference]->kind == heap - 1;
}
