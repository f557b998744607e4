/* Instructions on objects of the garbage-collected heap; see ../gc.h. Modules with objects include it. */
#ifndef WASM_OPS_GC_H
#define WASM_OPS_GC_H

#include "../gc.h"

/* Where fields and elements lie: what is wider than 8 bytes is aligned to 8. */
#define GC_TYPE(type) typedef type gc_##type __attribute__((may_alias));
GC_TYPE(u8) GC_TYPE(i8) GC_TYPE(u16) GC_TYPE(i16) GC_TYPE(u32) GC_TYPE(u64) GC_TYPE(f32) GC_TYPE(f64) GC_TYPE(externref)
#undef GC_TYPE
#ifdef WASM_SIMD_H
typedef v128 gc_v128 __attribute__((may_alias, aligned(8)));
#endif
typedef funcref gc_funcref __attribute__((may_alias, aligned(8)));
typedef exnref gc_exnref __attribute__((may_alias, aligned(8)));

/* A field of a structure, or what lies at such an offset of an array. */
#define GC_FIELD(type, object, offset) (*(gc_##type *)((u8 *)(object) + (offset)))
/* Not null. */
#define GC_NUMBER(object) GC_FIELD(u32, object, 0)

WASM_INLINE externref gc_structure(externref object, u32 function, u32 offset)
{
    if (UNLIKELY(!object)) TRAP(NULL_STRUCTURE, function, offset);
    return object;
}

WASM_INLINE u32 gc_length(externref array, u32 function, u32 offset)
{
    if (UNLIKELY(!array)) TRAP(NULL_ARRAY, function, offset);
    return GC_FIELD(u32, array, 4);
}

WASM_INLINE u8 *gc_element(externref array, u32 index, u32 bytes, u32 function, u32 offset)
{
    if (UNLIKELY(index >= gc_length(array, function, offset))) TRAP(ARRAY_OUT_OF_BOUNDS, function, offset);
    return (u8 *)array + 8 + (u64)index * bytes;
}

/* The place of `count` elements. */
WASM_INLINE u8 *gc_elements(externref array, u32 index, u32 count, u32 bytes, u32 function, u32 offset)
{
    u32 length = gc_length(array, function, offset);
    if (UNLIKELY(index > length || count > length - index)) TRAP(ARRAY_OUT_OF_BOUNDS, function, offset);
    return (u8 *)array + 8 + (u64)index * bytes;
}

/* References were stored in an object: of structures where that begins, of arrays where the element is. */
WASM_INLINE void gc_store(const void *place) { wasm_gc.clean[(u64)place >> WASM_GC_CARD_SHIFT] = 0; }

/* All zero behind the number. */
WASM_INLINE externref gc_allocate(u64 size, u32 number, u32 function, u32 offset)
{
    u8 *object = wasm_gc.cursor;
    if (UNLIKELY((u64)(wasm_gc.limit - object) < size)) {
        object = wasm_gc_allocate(size, number);
        if (!object) TRAP(OUT_OF_MEMORY, function, offset);
        return object;
    }
    wasm_gc.cursor = object + size;
    *(gc_u32 *)object = number;
    return object;
}

WASM_INLINE externref gc_array(u32 number, u32 bytes, u32 length, u32 function, u32 offset)
{
    u64 size = (8 + (u64)length * bytes + 7) & ~7ull;
    externref array = gc_allocate(size, number, function, offset);
    GC_FIELD(u32, array, 4) = length;
    return array;
}

#define GC_ARRAY(type)                                                                                       \
    WASM_INLINE externref gc_array_of_##type(u32 number, type value, u32 length, u32 function, u32 offset)   \
    {                                                                                                        \
        externref array = gc_array(number, sizeof(type), length, function, offset);                          \
        for (u32 i = 0; i < length; i++) ((gc_##type *)((u8 *)array + 8))[i] = value;                        \
        return array;                                                                                        \
    }                                                                                                        \
    WASM_INLINE void gc_array_fill_##type(externref array, u32 index, type value, u32 count, u32 function,   \
                                          u32 offset)                                                        \
    {                                                                                                        \
        gc_##type *place = (gc_##type *)gc_elements(array, index, count, sizeof(type), function, offset);    \
        for (u32 i = 0; i < count; i++) place[i] = value;                                                    \
        if (sizeof(type) >= 8) wasm_gc_stored(place, (u64)count * sizeof(type));                             \
    }
GC_ARRAY(u8) GC_ARRAY(u16) GC_ARRAY(u32) GC_ARRAY(u64) GC_ARRAY(f32) GC_ARRAY(f64) GC_ARRAY(externref)
GC_ARRAY(funcref) GC_ARRAY(exnref)
#ifdef WASM_SIMD_H
GC_ARRAY(v128)
#endif

WASM_INLINE void gc_array_copy(externref to, u32 to_index, externref from, u32 from_index, u32 count, u32 bytes,
                               u32 function, u32 offset)
{
    u8 *target;
    const u8 *source;
    /* Of two nulls that of the first is told. */
    gc_length(to, function, offset);
    gc_length(from, function, offset);
    target = gc_elements(to, to_index, count, bytes, function, offset);
    source = gc_elements(from, from_index, count, bytes, function, offset);
    __builtin_memmove(target, source, (u64)count * bytes);
    if (bytes >= 8) wasm_gc_stored(target, (u64)count * bytes);
}

/* From a segment of which `size` bytes are left. */
WASM_INLINE const u8 *gc_segment(const u8 *segment, u32 size, u32 from, u64 bytes, u32 function, u32 offset)
{
    if (UNLIKELY(from > size || bytes > size - from)) TRAP(MEMORY_OUT_OF_BOUNDS, function, offset);
    return segment + from;
}

WASM_INLINE externref gc_array_new_data(u32 number, u32 bytes, const u8 *segment, u32 size, u32 from, u32 length,
                                        u32 function, u32 offset)
{
    const u8 *source = gc_segment(segment, size, from, (u64)length * bytes, function, offset);
    externref array = gc_array(number, bytes, length, function, offset);
    __builtin_memcpy((u8 *)array + 8, source, (u64)length * bytes);
    return array;
}

WASM_INLINE void gc_array_init_data(u32 bytes, const u8 *segment, u32 size, externref array, u32 index, u32 from,
                                    u32 count, u32 function, u32 offset)
{
    u8 *place = gc_elements(array, index, count, bytes, function, offset);
    __builtin_memcpy(place, gc_segment(segment, size, from, (u64)count * bytes, function, offset), (u64)count * bytes);
}

/* From a segment of which `size` elements are left. */
WASM_INLINE const u8 *gc_items(const void *segment, u32 size, u32 from, u32 count, u32 bytes, u32 function, u32 offset)
{
    if (UNLIKELY(from > size || count > size - from)) TRAP(TABLE_OUT_OF_BOUNDS, function, offset);
    return (const u8 *)segment + (u64)from * bytes;
}

WASM_INLINE externref gc_array_new_elem(u32 number, u32 bytes, const void *segment, u32 size, u32 from, u32 length,
                                        u32 function, u32 offset)
{
    const u8 *source = gc_items(segment, size, from, length, bytes, function, offset);
    externref array = gc_array(number, bytes, length, function, offset);
    __builtin_memcpy((u8 *)array + 8, source, (u64)length * bytes);
    return array;
}

WASM_INLINE void gc_array_init_elem(u32 bytes, const void *segment, u32 size, externref array, u32 index, u32 from,
                                    u32 count, u32 function, u32 offset)
{
    u8 *place = gc_elements(array, index, count, bytes, function, offset);
    __builtin_memcpy(place, gc_items(segment, size, from, count, bytes, function, offset), (u64)count * bytes);
    wasm_gc_stored(place, (u64)count * bytes);
}

WASM_INLINE externref gc_i31(u32 value) { return (externref)(u64)(u32)(value << 1 | 1); }

WASM_INLINE u32 gc_i31_bits(externref reference, u32 function, u32 offset)
{
    if (UNLIKELY(!reference)) TRAP(NULL_I31, function, offset);
    return (u32)(u64)reference;
}

/* Of references that are not null: what they are. Those to structures and arrays are known to be objects. */
WASM_INLINE bool gc_is_i31(externref reference) { return (u64)reference & 1; }
WASM_INLINE bool gc_is_object(externref reference) { return wasm_gc_is_object((u64)reference); }
WASM_INLINE bool gc_is_eq(externref reference) { return gc_is_i31(reference) || gc_is_object(reference); }
WASM_INLINE bool gc_is_kind(externref object, u32 kind) { return wasm_gc.types[GC_NUMBER(object)]->kind == kind; }
WASM_INLINE bool gc_is_below(externref object, u32 number, u32 depth)
{
    return wasm_gc_below(GC_NUMBER(object), number, depth);
}

/* Of types of functions, by their identities: see compiler/wasm/canonical-types.ts. */
WASM_INLINE bool gc_function_below(u64 actual, u64 type, u32 depth)
{
    if (actual == type) return true;
    if (actual >> 32 != 1 || actual & 1) return false;
    return wasm_gc_below((u32)actual >> 1, (u32)type >> 1, depth);
}

/* As wasm_table_function, of a type that others are below. */
WASM_INLINE wasm_code gc_table_function(const funcref *elements, u64 size, u64 index, u64 type, u32 depth,
                                        u32 function, u32 offset)
{
    if (UNLIKELY(index >= size)) TRAP(UNDEFINED_ELEMENT, function, offset);
    if (elements[index].code == NULL) TRAP(UNINITIALIZED_ELEMENT, function, offset);
    if (UNLIKELY(!gc_function_below(elements[index].type, type, depth)))
        TRAP(INDIRECT_CALL_TYPE_MISMATCH, function, offset);
    return elements[index].code;
}

#endif
