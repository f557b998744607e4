/* Floating-point instructions that are not an operator of C. */

WASM_INLINE u32 i32_reinterpret_f32(f32 x) { u32 r; __builtin_memcpy(&r, &x, 4); return r; }
WASM_INLINE u64 i64_reinterpret_f64(f64 x) { u64 r; __builtin_memcpy(&r, &x, 8); return r; }
WASM_INLINE f32 f32_reinterpret_i32(u32 x) { f32 r; __builtin_memcpy(&r, &x, 4); return r; }
WASM_INLINE f64 f64_reinterpret_i64(u64 x) { f64 r; __builtin_memcpy(&r, &x, 8); return r; }

WASM_INLINE f32 f32_abs(f32 x) { return __builtin_fabsf(x); }
WASM_INLINE f64 f64_abs(f64 x) { return __builtin_fabs(x); }
WASM_INLINE f32 f32_neg(f32 x) { return -x; }
WASM_INLINE f64 f64_neg(f64 x) { return -x; }
WASM_INLINE f32 f32_copysign(f32 x, f32 y) { return __builtin_copysignf(x, y); }
WASM_INLINE f64 f64_copysign(f64 x, f64 y) { return __builtin_copysign(x, y); }
WASM_INLINE f32 f32_sqrt(f32 x) { return __builtin_sqrtf(x); }
WASM_INLINE f64 f64_sqrt(f64 x) { return __builtin_sqrt(x); }
WASM_INLINE f32 f32_ceil(f32 x) { return __builtin_ceilf(x); }
WASM_INLINE f64 f64_ceil(f64 x) { return __builtin_ceil(x); }
WASM_INLINE f32 f32_floor(f32 x) { return __builtin_floorf(x); }
WASM_INLINE f64 f64_floor(f64 x) { return __builtin_floor(x); }
WASM_INLINE f32 f32_trunc(f32 x) { return __builtin_truncf(x); }
WASM_INLINE f64 f64_trunc(f64 x) { return __builtin_trunc(x); }
WASM_INLINE f32 f32_nearest(f32 x) { return __builtin_nearbyintf(x); }
WASM_INLINE f64 f64_nearest(f64 x) { return __builtin_nearbyint(x); }

/* A NaN of either operand comes through, made quiet, which the addition does not do where compilers know one operand to be 0; -0 is
   smaller than +0. */
#define WASM_MIN_MAX(type, to_bits, from_bits, quiet)                              \
    WASM_INLINE type type##_min(type x, type y)                                    \
    {                                                                              \
        if (UNLIKELY(x != x || y != y)) return from_bits(to_bits(x + y) | quiet);  \
        if (UNLIKELY(x == y)) return from_bits(to_bits(x) | to_bits(y));           \
        return x < y ? x : y;                                                      \
    }                                                                              \
    WASM_INLINE type type##_max(type x, type y)                                    \
    {                                                                              \
        if (UNLIKELY(x != x || y != y)) return from_bits(to_bits(x + y) | quiet);  \
        if (UNLIKELY(x == y)) return from_bits(to_bits(x) & to_bits(y));           \
        return x > y ? x : y;                                                      \
    }
WASM_MIN_MAX(f32, i32_reinterpret_f32, f32_reinterpret_i32, 0x400000)
WASM_MIN_MAX(f64, i64_reinterpret_f64, f64_reinterpret_i64, 0x8000000000000ull)

/* x itself, but a signalling NaN made quiet: around an operand of x * 1, x - 0 and the like, which compilers take for x. By
   integers, since clang has no code for its canonicalize before version 20, nor later for two floats beside each other. */
WASM_INLINE f32 f32_quiet(f32 x) { return x == x ? x : f32_reinterpret_i32(i32_reinterpret_f32(x) | 0x400000); }
WASM_INLINE f64 f64_quiet(f64 x) { return x == x ? x : f64_reinterpret_i64(i64_reinterpret_f64(x) | 0x8000000000000ull); }
