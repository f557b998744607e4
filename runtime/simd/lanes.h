/* Splats, single lanes, shuffles, and what looks at all lanes at once. */

#define WASM_LANES(shape, view, type, cast)                                                        \
    WASM_INLINE v128 shape##_splat(type x) { return (v128)((view){0} + (cast)x); }                 \
    WASM_INLINE v128 shape##_replace_lane(v128 a, u32 lane, type x)                                \
    {                                                                                              \
        view r = (view)a;                                                                          \
        r[lane] = (cast)x;                                                                         \
        return (v128)r;                                                                            \
    }
WASM_LANES(i8x16, v_u8, u32, u8)
WASM_LANES(i16x8, v_u16, u32, u16)
WASM_LANES(i32x4, v_u32, u32, u32)
WASM_LANES(i64x2, v_u64, u64, u64)

#define WASM_FLOAT_LANES(shape, view, type, ...)                                                   \
    WASM_INLINE v128 shape##_splat(type x) { return (v128)(view){__VA_ARGS__}; }                   \
    WASM_INLINE v128 shape##_replace_lane(v128 a, u32 lane, type x)                                \
    {                                                                                              \
        view r = (view)a;                                                                          \
        r[lane] = x;                                                                               \
        return (v128)r;                                                                            \
    }
WASM_FLOAT_LANES(f32x4, v_f32, f32, x, x, x, x)
WASM_FLOAT_LANES(f64x2, v_f64, f64, x, x)

WASM_INLINE u32 i8x16_extract_lane_s(v128 a, u32 lane) { return (u32)((v_i8)a)[lane]; }
WASM_INLINE u32 i8x16_extract_lane_u(v128 a, u32 lane) { return ((v_u8)a)[lane]; }
WASM_INLINE u32 i16x8_extract_lane_s(v128 a, u32 lane) { return (u32)((v_i16)a)[lane]; }
WASM_INLINE u32 i16x8_extract_lane_u(v128 a, u32 lane) { return ((v_u16)a)[lane]; }
WASM_INLINE u32 i32x4_extract_lane(v128 a, u32 lane) { return ((v_u32)a)[lane]; }
WASM_INLINE u64 i64x2_extract_lane(v128 a, u32 lane) { return a[lane]; }
WASM_INLINE f32 f32x4_extract_lane(v128 a, u32 lane) { return ((v_f32)a)[lane]; }
WASM_INLINE f64 f64x2_extract_lane(v128 a, u32 lane) { return ((v_f64)a)[lane]; }

#define i8x16_shuffle(a, b, ...) ((v128)__builtin_shufflevector((v_u8)(a), (v_u8)(b), __VA_ARGS__))

/* Bytes of 32, by number. Through memory: compilers make of single lanes a store and a load of all of them each. */
WASM_INLINE v128 wasm_select_bytes(v128 low, v128 high, v128 numbers)
{
    union {
        v128 vectors[2];
        u8 bytes[32];
    } from = {{low, high}}, at = {{numbers}}, r;
    for (u32 i = 0; i < 16; i++) r.bytes[i] = from.bytes[at.bytes[i] & 31];
    return r.vectors[0];
}

WASM_INLINE v128 i8x16_swizzle(v128 a, v128 b)
{
#if defined(__aarch64__)
    v128 r;
    __asm__("tbl %0.16b, {%1.16b}, %2.16b" : "=w"(r) : "w"(a), "w"(b));
    return r;
#elif defined(__SSSE3__)
    /* pshufb gives 0 where the top bit is set, and looks at four bits otherwise: 16 and more get the top bit. */
    v_u8 index = (v_u8)b;
    index |= (v_u8)(index > 15) & 0x80;
    return (v128)__builtin_ia32_pshufb128((__attribute__((vector_size(16))) char)(v_u8)a,
                                          (__attribute__((vector_size(16))) char)index);
#else
    v_u8 numbers = (v_u8)b, isLarge = (v_u8)(numbers > 15);
    return wasm_select_bytes(a, (v128){0}, (v128)((numbers & ~isLarge) | (isLarge & 16)));
#endif
}

WASM_INLINE u32 v128_any_true(v128 a) { return (a[0] | a[1]) != 0; }

#define WASM_ALL_TRUE(shape, view)                                                                 \
    WASM_INLINE u32 shape##_all_true(v128 a) { return !v128_any_true((v128)((view)a == 0)); }
WASM_ALL_TRUE(i8x16, v_u8)
WASM_ALL_TRUE(i16x8, v_u16)
WASM_ALL_TRUE(i32x4, v_u32)
WASM_ALL_TRUE(i64x2, v_u64)

/* The sign bits of the lanes. Clang's vectors of bool become one instruction where the machine has it. */
#if WASM_HAS_FEATURE(ext_vector_type_boolean)
#define WASM_BITMASK(shape, view, lanes, type)                                                     \
    typedef bool v_bool##lanes __attribute__((ext_vector_type(lanes)));                            \
    WASM_INLINE u32 shape##_bitmask(v128 a)                                                        \
    {                                                                                              \
        v_bool##lanes bits = __builtin_convertvector((view)a < 0, v_bool##lanes);                  \
        type r = 0;                                                                                \
        __builtin_memcpy(&r, &bits, sizeof r);                                                     \
        return r & ((1u << lanes) - 1);                                                            \
    }
#else
#define WASM_BITMASK(shape, view, lanes, type)                                                     \
    WASM_INLINE u32 shape##_bitmask(v128 a)                                                        \
    {                                                                                              \
        u32 r = 0;                                                                                 \
        for (u32 i = 0; i < lanes; i++) r |= (u32)(((view)a)[i] < 0) << i;                         \
        return r;                                                                                  \
    }
#endif
WASM_BITMASK(i8x16, v_i8, 16, u16)
WASM_BITMASK(i16x8, v_i16, 8, u8)
WASM_BITMASK(i32x4, v_i32, 4, u8)
WASM_BITMASK(i64x2, v_i64, 2, u8)
