/* Conversions between floating point and integers, and between the widths of floats. */

WASM_INLINE v128 f32x4_convert_i32x4_s(v128 a) { return (v128)__builtin_convertvector((v_i32)a, v_f32); }
WASM_INLINE v128 f32x4_convert_i32x4_u(v128 a) { return (v128)__builtin_convertvector((v_u32)a, v_f32); }
WASM_INLINE v128 f64x2_convert_low_i32x4_s(v128 a) { return (v128)(v_f64){((v_i32)a)[0], ((v_i32)a)[1]}; }
WASM_INLINE v128 f64x2_convert_low_i32x4_u(v128 a) { return (v128)(v_f64){((v_u32)a)[0], ((v_u32)a)[1]}; }
WASM_INLINE v128 f64x2_promote_low_f32x4(v128 a) { return (v128)(v_f64){((v_f32)a)[0], ((v_f32)a)[1]}; }
WASM_INLINE v128 f32x4_demote_f64x2_zero(v128 a)
{
    return (v128)(v_f32){(f32)((v_f64)a)[0], (f32)((v_f64)a)[1], 0, 0};
}

/* C leaves conversions out of range undefined: lanes are brought into range first, and those above get the maximum. */
#define WASM_TRUNC_LANES(name, to, low, high, maximum)                                             \
    WASM_INLINE v128 name(v128 a)                                                                  \
    {                                                                                              \
        v_f32 x = (v_f32)a;                                                                        \
        v_i32 above = (v_i32)(x >= (v_f32){high, high, high, high});                               \
        v_i32 inside = (v_i32)(x >= (v_f32){low, low, low, low}) & ~above;                         \
        v_i32 below = (v_i32)(x < (v_f32){low, low, low, low});                                    \
        to converted = __builtin_convertvector((v_f32)((v_i32)x & inside), to);                    \
        to minimum = (to){0} + (to)((v_u32){0} + (u32)(low < -1.0f ? 0x80000000u : 0));            \
        return (v128)(converted | ((to)above & (to)((v_u32){0} + maximum)) | ((to)below & minimum)); \
    }
WASM_TRUNC_LANES(i32x4_trunc_sat_f32x4_s, v_i32, -2147483648.0f, 2147483648.0f, 0x7fffffffu)
WASM_TRUNC_LANES(i32x4_trunc_sat_f32x4_u, v_u32, 0.0f, 4294967296.0f, 0xffffffffu)

WASM_INLINE v128 i32x4_trunc_sat_f64x2_s_zero(v128 a)
{
    return (v128)(v_u32){i32_trunc_sat_f64_s(((v_f64)a)[0]), i32_trunc_sat_f64_s(((v_f64)a)[1]), 0, 0};
}
WASM_INLINE v128 i32x4_trunc_sat_f64x2_u_zero(v128 a)
{
    return (v128)(v_u32){i32_trunc_sat_f64_u(((v_f64)a)[0]), i32_trunc_sat_f64_u(((v_f64)a)[1]), 0, 0};
}
