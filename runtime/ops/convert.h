/* Floating point to integer: trapping, and saturating. `above` is the greatest float at or below which the conversion is
   out of range on the low side where `compare` is `>` (or the least one in range where it is `>=`), `below` the least one out
   of range on the high side. */

#define WASM_TRUNC(name, result, operand, to, compare, low, high, minimum, maximum)    \
    WASM_INLINE result name(operand x, u32 function, u32 offset)                       \
    {                                                                                  \
        if (UNLIKELY(!(x compare low && x < high))) {                                  \
            if (x != x) TRAP(INVALID_CONVERSION, function, offset);                    \
            TRAP(INTEGER_OVERFLOW, function, offset);                                  \
        }                                                                              \
        return (result)(to)x;                                                          \
    }
#define WASM_TRUNC_SAT(name, result, operand, to, compare, low, high, minimum, maximum) \
    WASM_INLINE result name(operand x)                                                 \
    {                                                                                  \
        if (UNLIKELY(!(x compare low))) return x != x ? 0 : (result)minimum;           \
        if (UNLIKELY(!(x < high))) return (result)maximum;                             \
        return (result)(to)x;                                                          \
    }
#define WASM_BOTH(i, f, suffix, ...)                                \
    WASM_TRUNC(i##_trunc_##f##suffix, WASM_U_##i, f, __VA_ARGS__)   \
    WASM_TRUNC_SAT(i##_trunc_sat_##f##suffix, WASM_U_##i, f, __VA_ARGS__)
#define WASM_U_i32 u32
#define WASM_U_i64 u64

WASM_BOTH(i32, f32, _s, i32, >=, -2147483648.0f, 2147483648.0f, 0x80000000u, 0x7fffffffu)
WASM_BOTH(i32, f64, _s, i32, >, -2147483649.0, 2147483648.0, 0x80000000u, 0x7fffffffu)
WASM_BOTH(i32, f32, _u, u32, >, -1.0f, 4294967296.0f, 0u, 0xffffffffu)
WASM_BOTH(i32, f64, _u, u32, >, -1.0, 4294967296.0, 0u, 0xffffffffu)
WASM_BOTH(i64, f32, _s, i64, >=, -9223372036854775808.0f, 9223372036854775808.0f,
          0x8000000000000000ull, 0x7fffffffffffffffull)
WASM_BOTH(i64, f64, _s, i64, >=, -9223372036854775808.0, 9223372036854775808.0,
          0x8000000000000000ull, 0x7fffffffffffffffull)
WASM_BOTH(i64, f32, _u, u64, >, -1.0f, 18446744073709551616.0f, 0ull, 0xffffffffffffffffull)
WASM_BOTH(i64, f64, _u, u64, >, -1.0, 18446744073709551616.0, 0ull, 0xffffffffffffffffull)
