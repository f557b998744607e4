/* Relaxed SIMD, deterministically: on every target what the plain instructions do, multiplications and additions rounded
   one by one (the deterministic profile). Who chooses a processor with FMA has them rounded once, as it does them. */

#define i8x16_relaxed_swizzle i8x16_swizzle
#define i32x4_relaxed_trunc_f32x4_s i32x4_trunc_sat_f32x4_s
#define i32x4_relaxed_trunc_f32x4_u i32x4_trunc_sat_f32x4_u
#define i32x4_relaxed_trunc_f64x2_s_zero i32x4_trunc_sat_f64x2_s_zero
#define i32x4_relaxed_trunc_f64x2_u_zero i32x4_trunc_sat_f64x2_u_zero
#define f32x4_relaxed_min f32x4_min
#define f32x4_relaxed_max f32x4_max
#define f64x2_relaxed_min f64x2_min
#define f64x2_relaxed_max f64x2_max
#define i8x16_relaxed_laneselect v128_bitselect
#define i16x8_relaxed_laneselect v128_bitselect
#define i32x4_relaxed_laneselect v128_bitselect
#define i64x2_relaxed_laneselect v128_bitselect
#define i16x8_relaxed_q15mulr_s i16x8_q15mulr_sat_s

#if defined(__FMA__)
#if WASM_HAS_BUILTIN(__builtin_elementwise_fma)
#define WASM_FMA_F32X4 __builtin_elementwise_fma
#define WASM_FMA_F64X2 __builtin_elementwise_fma
#else
WASM_INLINE v_f32 WASM_FMA_F32X4(v_f32 a, v_f32 b, v_f32 c)
{
    __asm__("vfmadd213ps %2, %1, %0" : "+x"(a) : "x"(b), "x"(c));
    return a;
}
WASM_INLINE v_f64 WASM_FMA_F64X2(v_f64 a, v_f64 b, v_f64 c)
{
    __asm__("vfmadd213pd %2, %1, %0" : "+x"(a) : "x"(b), "x"(c));
    return a;
}
#endif
#define WASM_RELAXED_MADD(shape, view, fma)                                                        \
    WASM_INLINE v128 shape##_relaxed_madd(v128 a, v128 b, v128 c)                                  \
    {                                                                                              \
        return (v128)fma((view)a, (view)b, (view)c);                                               \
    }                                                                                              \
    WASM_INLINE v128 shape##_relaxed_nmadd(v128 a, v128 b, v128 c)                                 \
    {                                                                                              \
        return (v128)fma(-(view)a, (view)b, (view)c);                                              \
    }
WASM_RELAXED_MADD(f32x4, v_f32, WASM_FMA_F32X4)
WASM_RELAXED_MADD(f64x2, v_f64, WASM_FMA_F64X2)
#else
WASM_INLINE v128 f32x4_relaxed_madd(v128 a, v128 b, v128 c) { return f32x4_add(f32x4_mul(a, b), c); }
WASM_INLINE v128 f32x4_relaxed_nmadd(v128 a, v128 b, v128 c) { return f32x4_sub(c, f32x4_mul(a, b)); }
WASM_INLINE v128 f64x2_relaxed_madd(v128 a, v128 b, v128 c) { return f64x2_add(f64x2_mul(a, b), c); }
WASM_INLINE v128 f64x2_relaxed_nmadd(v128 a, v128 b, v128 c) { return f64x2_sub(c, f64x2_mul(a, b)); }
#endif

/* Both operands signed; the sums of two products saturate. */
WASM_INLINE v128 i16x8_relaxed_dot_i8x16_i7x16_s(v128 a, v128 b)
{
    v_i16 even = ((v_i16)((v_u16)a << 8) >> 8) * ((v_i16)((v_u16)b << 8) >> 8);
    v_i16 odd = ((v_i16)a >> 8) * ((v_i16)b >> 8);
    return i16x8_add_sat_s((v128)even, (v128)odd);
}
WASM_INLINE v128 i32x4_relaxed_dot_i8x16_i7x16_add_s(v128 a, v128 b, v128 c)
{
    return i32x4_add(i32x4_extadd_pairwise_i16x8_s(i16x8_relaxed_dot_i8x16_i7x16_s(a, b)), c);
}
