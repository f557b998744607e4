/* Floating-point arithmetic and comparison lane by lane. */

#define WASM_FLOAT_COMPARE(shape, view)                                                            \
    WASM_VECTOR_BINARY(shape##_eq, view, ==)                                                       \
    WASM_VECTOR_BINARY(shape##_ne, view, !=)                                                       \
    WASM_VECTOR_BINARY(shape##_lt, view, <)                                                        \
    WASM_VECTOR_BINARY(shape##_gt, view, >)                                                        \
    WASM_VECTOR_BINARY(shape##_le, view, <=)                                                       \
    WASM_VECTOR_BINARY(shape##_ge, view, >=)
#define WASM_FLOAT_ARITHMETIC(shape, view, integer, bits, one)                                     \
    WASM_VECTOR_BINARY(shape##_add, view, +)                                                       \
    WASM_VECTOR_BINARY(shape##_sub, view, -)                                                       \
    WASM_VECTOR_BINARY(shape##_mul, view, *)                                                       \
    WASM_VECTOR_BINARY(shape##_div, view, /)                                                       \
    WASM_INLINE v128 shape##_abs(v128 a) { return (v128)((integer)a & ~(one << (bits - 1))); }     \
    WASM_INLINE v128 shape##_neg(v128 a) { return (v128)((integer)a ^ one << (bits - 1)); }        \
    WASM_INLINE v128 shape##_pmin(v128 a, v128 b) { return WASM_SELECT((view)b < (view)a, b, a); } \
    WASM_INLINE v128 shape##_pmax(v128 a, v128 b) { return WASM_SELECT((view)a < (view)b, b, a); }
WASM_FLOAT_COMPARE(f32x4, v_f32)
WASM_FLOAT_COMPARE(f64x2, v_f64)
WASM_FLOAT_ARITHMETIC(f32x4, v_f32, v_u32, 32, 1u)
WASM_FLOAT_ARITHMETIC(f64x2, v_f64, v_u64, 64, 1ull)

/* A NaN of either operand comes through, made quiet as in ops/float.h; -0 is smaller than +0. */
#if defined(__aarch64__)
#define WASM_FLOAT_MIN_MAX(shape, view, lanes, quiet)                                              \
    WASM_INLINE v128 shape##_min(v128 a, v128 b)                                                   \
    {                                                                                              \
        v128 r;                                                                                    \
        __asm__("fmin %0." lanes ", %1." lanes ", %2." lanes : "=w"(r) : "w"(a), "w"(b));          \
        return r;                                                                                  \
    }                                                                                              \
    WASM_INLINE v128 shape##_max(v128 a, v128 b)                                                   \
    {                                                                                              \
        v128 r;                                                                                    \
        __asm__("fmax %0." lanes ", %1." lanes ", %2." lanes : "=w"(r) : "w"(a), "w"(b));          \
        return r;                                                                                  \
    }
#else
#define WASM_FLOAT_MIN_MAX(shape, view, lanes, quiet)                                              \
    WASM_INLINE v128 wasm_##shape##_or_nan(v128 a, v128 b, v128 r)                                 \
    {                                                                                              \
        view x = (view)a, y = (view)b;                                                             \
        return WASM_SELECT((x == x) & (y == y), r, (v128)(x + y) | quiet);                         \
    }                                                                                              \
    WASM_INLINE v128 shape##_min(v128 a, v128 b)                                                   \
    {                                                                                              \
        view x = (view)a, y = (view)b;                                                             \
        return wasm_##shape##_or_nan(a, b, WASM_SELECT(x == y, a | b, WASM_SELECT(x < y, a, b)));  \
    }                                                                                              \
    WASM_INLINE v128 shape##_max(v128 a, v128 b)                                                   \
    {                                                                                              \
        view x = (view)a, y = (view)b;                                                             \
        return wasm_##shape##_or_nan(a, b, WASM_SELECT(x == y, a & b, WASM_SELECT(x > y, a, b)));  \
    }
#endif
WASM_FLOAT_MIN_MAX(f32x4, v_f32, "4s", i32x4_splat(0x400000))
WASM_FLOAT_MIN_MAX(f64x2, v_f64, "2d", i64x2_splat(0x8000000000000ull))

#if WASM_HAS_BUILTIN(__builtin_elementwise_nearbyint)
#define WASM_ROUND(name, view, lanes, builtin, scalar)                                             \
    WASM_INLINE v128 name(v128 a) { return (v128)builtin((view)a); }
#else
#define WASM_ROUND(name, view, lanes, builtin, scalar)                                             \
    WASM_INLINE v128 name(v128 a)                                                                  \
    {                                                                                              \
        view r = (view)a;                                                                          \
        for (u32 i = 0; i < lanes; i++) r[i] = scalar(r[i]);                                       \
        return (v128)r;                                                                            \
    }
#endif
#define WASM_ROUNDS(shape, type, view, lanes)                                                      \
    WASM_ROUND(shape##_ceil, view, lanes, __builtin_elementwise_ceil, type##_ceil)                 \
    WASM_ROUND(shape##_floor, view, lanes, __builtin_elementwise_floor, type##_floor)              \
    WASM_ROUND(shape##_trunc, view, lanes, __builtin_elementwise_trunc, type##_trunc)              \
    WASM_ROUND(shape##_nearest, view, lanes, __builtin_elementwise_nearbyint, type##_nearest)      \
    WASM_ROUND(shape##_sqrt, view, lanes, __builtin_elementwise_sqrt, type##_sqrt)
WASM_ROUNDS(f32x4, f32, v_f32, 4)
WASM_ROUNDS(f64x2, f64, v_f64, 2)

/* The vector itself, but signalling NaNs made quiet; see ops/float.h. */
WASM_INLINE v128 f32x4_quiet(v128 a) { return a | ((v128)((v_f32)a != (v_f32)a) & i32x4_splat(0x400000)); }
WASM_INLINE v128 f64x2_quiet(v128 a) { return a | ((v128)((v_f64)a != (v_f64)a) & i64x2_splat(0x8000000000000ull)); }
