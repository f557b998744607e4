/* Integer arithmetic and comparison lane by lane, without a change of width. Lanes wrap: additions are unsigned. */

WASM_INLINE v128 v128_not(v128 a) { return ~a; }
WASM_INLINE v128 v128_and(v128 a, v128 b) { return a & b; }
WASM_INLINE v128 v128_andnot(v128 a, v128 b) { return a & ~b; }
WASM_INLINE v128 v128_or(v128 a, v128 b) { return a | b; }
WASM_INLINE v128 v128_xor(v128 a, v128 b) { return a ^ b; }
WASM_INLINE v128 v128_bitselect(v128 a, v128 b, v128 mask) { return wasm_select(mask, a, b); }

#define WASM_VECTOR_BINARY(name, view, operator)                                                   \
    WASM_INLINE v128 name(v128 a, v128 b) { return (v128)((view)a operator (view)b); }
#define WASM_VECTOR_MIN_MAX(name, view, operator)                                                  \
    WASM_INLINE v128 name(v128 a, v128 b)                                                          \
    {                                                                                              \
        return WASM_SELECT((view)a operator (view)b, a, b);                                        \
    }

/* The same count for every lane, modulo their width. */
#define WASM_COUNT(u, lane, bits) ((u){0} + (lane)(n & (bits - 1)))

#define WASM_INTEGER_LANES(shape, s, u, lane, bits)                                                        \
    WASM_VECTOR_BINARY(shape##_add, u, +)                                                          \
    WASM_VECTOR_BINARY(shape##_sub, u, -)                                                          \
    WASM_VECTOR_BINARY(shape##_eq, u, ==)                                                          \
    WASM_VECTOR_BINARY(shape##_ne, u, !=)                                                          \
    WASM_VECTOR_BINARY(shape##_lt_s, s, <)                                                         \
    WASM_VECTOR_BINARY(shape##_gt_s, s, >)                                                         \
    WASM_VECTOR_BINARY(shape##_le_s, s, <=)                                                        \
    WASM_VECTOR_BINARY(shape##_ge_s, s, >=)                                                        \
    WASM_INLINE v128 shape##_neg(v128 a) { return (v128)(0 - (u)a); }                              \
    WASM_INLINE v128 shape##_abs(v128 a)                                                           \
    {                                                                                              \
        u sign = (u)((s)a >> (bits - 1));                                                          \
        return (v128)(((u)a ^ sign) - sign);                                                       \
    }                                                                                              \
    WASM_INLINE v128 shape##_shl(v128 a, u32 n) { return (v128)((u)a << WASM_COUNT(u, lane, bits)); } \
    WASM_INLINE v128 shape##_shr_u(v128 a, u32 n) { return (v128)((u)a >> WASM_COUNT(u, lane, bits)); } \
    WASM_INLINE v128 shape##_shr_s(v128 a, u32 n) { return (v128)((s)a >> (s)WASM_COUNT(u, lane, bits)); }
WASM_INTEGER_LANES(i8x16, v_i8, v_u8, u8, 8)
WASM_INTEGER_LANES(i16x8, v_i16, v_u16, u16, 16)
WASM_INTEGER_LANES(i32x4, v_i32, v_u32, u32, 32)
WASM_INTEGER_LANES(i64x2, v_i64, v_u64, u64, 64)

#define WASM_NARROW_LANES(shape, s, u)                                                           \
    WASM_VECTOR_BINARY(shape##_lt_u, u, <)                                                         \
    WASM_VECTOR_BINARY(shape##_gt_u, u, >)                                                         \
    WASM_VECTOR_BINARY(shape##_le_u, u, <=)                                                        \
    WASM_VECTOR_BINARY(shape##_ge_u, u, >=)                                                        \
    WASM_VECTOR_MIN_MAX(shape##_min_s, s, <)                                                       \
    WASM_VECTOR_MIN_MAX(shape##_min_u, u, <)                                                       \
    WASM_VECTOR_MIN_MAX(shape##_max_s, s, >)                                                       \
    WASM_VECTOR_MIN_MAX(shape##_max_u, u, >)
WASM_NARROW_LANES(i8x16, v_i8, v_u8)
WASM_NARROW_LANES(i16x8, v_i16, v_u16)
WASM_NARROW_LANES(i32x4, v_i32, v_u32)

WASM_VECTOR_BINARY(i16x8_mul, v_u16, *)
WASM_VECTOR_BINARY(i32x4_mul, v_u32, *)
WASM_VECTOR_BINARY(i64x2_mul, v_u64, *)

/* Saturation: unsigned by comparison, signed where the signs tell an overflow. */
#define WASM_SATURATING(shape, s, u, bits)                                                         \
    WASM_INLINE v128 shape##_add_sat_u(v128 a, v128 b)                                             \
    {                                                                                              \
        u sum = (u)a + (u)b;                                                                       \
        return (v128)(sum | (u)(sum < (u)a));                                                      \
    }                                                                                              \
    WASM_INLINE v128 shape##_sub_sat_u(v128 a, v128 b)                                             \
    {                                                                                              \
        return (v128)(((u)a - (u)b) & (u)((u)a > (u)b));                                           \
    }                                                                                              \
    WASM_INLINE v128 shape##_add_sat_s(v128 a, v128 b)                                             \
    {                                                                                              \
        u sum = (u)a + (u)b, limit = (u)((s)a >> (bits - 1)) ^ (((u){0} - 1) >> 1);                \
        s overflow = (s)(((u)a ^ sum) & ((u)b ^ sum)) < 0;                                         \
        return WASM_SELECT(overflow, limit, sum);                                                  \
    }                                                                                              \
    WASM_INLINE v128 shape##_sub_sat_s(v128 a, v128 b)                                             \
    {                                                                                              \
        u sum = (u)a - (u)b, limit = (u)((s)a >> (bits - 1)) ^ (((u){0} - 1) >> 1);                \
        s overflow = (s)(((u)a ^ (u)b) & ((u)a ^ sum)) < 0;                                        \
        return WASM_SELECT(overflow, limit, sum);                                                  \
    }
#if WASM_HAS_BUILTIN(__builtin_elementwise_add_sat)
#undef WASM_SATURATING
#define WASM_SATURATING_AS(name, view, builtin)                                                    \
    WASM_INLINE v128 name(v128 a, v128 b) { return (v128)builtin((view)a, (view)b); }
#define WASM_SATURATING(shape, s, u, bits)                                                         \
    WASM_SATURATING_AS(shape##_add_sat_s, s, __builtin_elementwise_add_sat)                        \
    WASM_SATURATING_AS(shape##_add_sat_u, u, __builtin_elementwise_add_sat)                        \
    WASM_SATURATING_AS(shape##_sub_sat_s, s, __builtin_elementwise_sub_sat)                        \
    WASM_SATURATING_AS(shape##_sub_sat_u, u, __builtin_elementwise_sub_sat)
#endif
WASM_SATURATING(i8x16, v_i8, v_u8, 8)
WASM_SATURATING(i16x8, v_i16, v_u16, 16)

WASM_INLINE v128 i8x16_popcnt(v128 a)
{
    v_u8 x = (v_u8)a;
    x -= x >> 1 & 0x55;
    x = (x & 0x33) + (x >> 2 & 0x33);
    return (v128)((x + (x >> 4)) & 0x0f);
}
