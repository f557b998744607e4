/* Integer instructions whose lanes change their width on the way. */

#define WASM_LOW8(v) __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7)
#define WASM_HIGH8(v) __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15)
#define WASM_LOW4(v) __builtin_shufflevector(v, v, 0, 1, 2, 3)
#define WASM_HIGH4(v) __builtin_shufflevector(v, v, 4, 5, 6, 7)
#define WASM_LOW2(v) __builtin_shufflevector(v, v, 0, 1)
#define WASM_HIGH2(v) __builtin_shufflevector(v, v, 2, 3)

#define WASM_EXTEND(shape, half, from, to, HALF, suffix)                                           \
    WASM_INLINE to wasm_##shape##_##half##_##suffix(v128 a)                                        \
    {                                                                                              \
        return __builtin_convertvector(HALF((from)a), to);                                         \
    }
#define WASM_WIDEN(shape, narrow, signed_from, unsigned_from, signed_to, unsigned_to, LOW, HIGH)    \
    WASM_EXTEND(shape, low, signed_from, signed_to, LOW, s)                                        \
    WASM_EXTEND(shape, high, signed_from, signed_to, HIGH, s)                                      \
    WASM_EXTEND(shape, low, unsigned_from, unsigned_to, LOW, u)                                    \
    WASM_EXTEND(shape, high, unsigned_from, unsigned_to, HIGH, u)                                  \
    WASM_WIDENED(shape, low, narrow, s)                                                            \
    WASM_WIDENED(shape, high, narrow, s)                                                           \
    WASM_WIDENED(shape, low, narrow, u)                                                            \
    WASM_WIDENED(shape, high, narrow, u)
#define WASM_WIDENED(shape, half, narrow, suffix)                                                  \
    WASM_INLINE v128 shape##_extend_##half##_##narrow##_##suffix(v128 a)                           \
    {                                                                                              \
        return (v128)wasm_##shape##_##half##_##suffix(a);                                          \
    }                                                                                              \
    WASM_INLINE v128 shape##_extmul_##half##_##narrow##_##suffix(v128 a, v128 b)                   \
    {                                                                                              \
        return (v128)(wasm_##shape##_##half##_##suffix(a) * wasm_##shape##_##half##_##suffix(b));  \
    }
WASM_WIDEN(i16x8, i8x16, v_i8, v_u8, v_i16, v_u16, WASM_LOW8, WASM_HIGH8)
WASM_WIDEN(i32x4, i16x8, v_i16, v_u16, v_i32, v_u32, WASM_LOW4, WASM_HIGH4)
WASM_WIDEN(i64x2, i32x4, v_i32, v_u32, v_i64, v_u64, WASM_LOW2, WASM_HIGH2)

/* Neighbours lie in one lane of twice the width. */
#define WASM_PAIRWISE(shape, narrow, S, U, bits)                                                   \
    WASM_INLINE v128 shape##_extadd_pairwise_##narrow##_s(v128 a)                                  \
    {                                                                                              \
        return (v128)(((S)((U)a << bits) >> bits) + ((S)a >> bits));                               \
    }                                                                                              \
    WASM_INLINE v128 shape##_extadd_pairwise_##narrow##_u(v128 a)                                  \
    {                                                                                              \
        return (v128)(((U)a & ((1u << bits) - 1)) + ((U)a >> bits));                               \
    }
WASM_PAIRWISE(i16x8, i8x16, v_i16, v_u16, 8)
WASM_PAIRWISE(i32x4, i16x8, v_i32, v_u32, 16)

WASM_INLINE v128 i32x4_dot_i16x8_s(v128 a, v128 b)
{
    v_i16 x = (v_i16)a, y = (v_i16)b;
    v_i32 even = __builtin_convertvector(__builtin_shufflevector(x, x, 0, 2, 4, 6), v_i32) *
                 __builtin_convertvector(__builtin_shufflevector(y, y, 0, 2, 4, 6), v_i32);
    v_i32 odd = __builtin_convertvector(__builtin_shufflevector(x, x, 1, 3, 5, 7), v_i32) *
                __builtin_convertvector(__builtin_shufflevector(y, y, 1, 3, 5, 7), v_i32);
    return (v128)((v_u32)even + (v_u32)odd);
}

/* Lanes of both operands, clamped to what the narrow lane holds. */
#define WASM_CLAMP(type, x, low, high)                                                             \
    do {                                                                                           \
        type above = (type)(x > high), below = (type)(x < low);                                    \
        x = (above & high) | (~above & x);                                                         \
        x = (below & low) | (~below & x);                                                          \
    } while (0)
#define WASM_NARROW(name, from, wide, to, low, high, ...)                                          \
    WASM_INLINE v128 name(v128 a, v128 b)                                                          \
    {                                                                                              \
        wide x = __builtin_shufflevector((from)a, (from)b, __VA_ARGS__);                           \
        WASM_CLAMP(wide, x, low, high);                                                            \
        return (v128)__builtin_convertvector(x, to);                                               \
    }
#define WASM_0_TO_7 0, 1, 2, 3, 4, 5, 6, 7
#define WASM_0_TO_15 WASM_0_TO_7, 8, 9, 10, 11, 12, 13, 14, 15
WASM_NARROW(i8x16_narrow_i16x8_s, v_i16, v_i16d, v_i8, -128, 127, WASM_0_TO_15)
WASM_NARROW(i8x16_narrow_i16x8_u, v_i16, v_i16d, v_u8, 0, 255, WASM_0_TO_15)
WASM_NARROW(i16x8_narrow_i32x4_s, v_i32, v_i32d, v_i16, -32768, 32767, WASM_0_TO_7)
WASM_NARROW(i16x8_narrow_i32x4_u, v_i32, v_i32d, v_u16, 0, 65535, WASM_0_TO_7)

WASM_INLINE v128 i8x16_avgr_u(v128 a, v128 b)
{
    v_u16d sum = __builtin_convertvector((v_u8)a, v_u16d) + __builtin_convertvector((v_u8)b, v_u16d) + 1;
    return (v128)__builtin_convertvector(sum >> 1, v_u8);
}
WASM_INLINE v128 i16x8_avgr_u(v128 a, v128 b)
{
    v_u32d sum = __builtin_convertvector((v_u16)a, v_u32d) + __builtin_convertvector((v_u16)b, v_u32d) + 1;
    return (v128)__builtin_convertvector(sum >> 1, v_u16);
}

/* Only -1 times -1 overflows. */
WASM_INLINE v128 i16x8_q15mulr_sat_s(v128 a, v128 b)
{
    v_i32d product = __builtin_convertvector((v_i16)a, v_i32d) * __builtin_convertvector((v_i16)b, v_i32d);
    v_i32d x = (product + 0x4000) >> 15;
    v_i32d above = (v_i32d)(x > 32767);
    x = (above & 32767) | (~above & x);
    return (v128)__builtin_convertvector(x, v_i16);
}
