/* Rounding without instructions for it. Adding and subtracting 2^(mantissa bits) rounds to the
   nearest integer, ties to even, and quiets a NaN; larger numbers are integers already. The sign
   survives even where the result is zero. */

#define ROUND_FUNCTIONS(type, suffix, limit)                                                  \
    BUILTIN_API type nearbyint##suffix(type x);                                               \
    BUILTIN BUILTIN_API type nearbyint##suffix(type x) {                                      \
        type bias = __builtin_copysign##suffix(limit, x);                                     \
        type rounded = (x + bias) - bias;                                                     \
        return __builtin_fabs##suffix(x) >= limit ? x : __builtin_copysign##suffix(rounded, x);\
    }                                                                                         \
    BUILTIN_API type rint##suffix(type x);                                                    \
    BUILTIN BUILTIN_API type rint##suffix(type x) {                                           \
        return nearbyint##suffix(x);                                                          \
    }                                                                                         \
    BUILTIN_API type floor##suffix(type x);                                                   \
    BUILTIN BUILTIN_API type floor##suffix(type x) {                                          \
        type rounded = nearbyint##suffix(x);                                                  \
        return rounded > x ? rounded - 1 : rounded;                                           \
    }                                                                                         \
    BUILTIN_API type ceil##suffix(type x);                                                    \
    BUILTIN BUILTIN_API type ceil##suffix(type x) {                                           \
        type rounded = nearbyint##suffix(x);                                                  \
        return rounded < x ? __builtin_copysign##suffix(rounded + 1, x) : rounded;            \
    }                                                                                         \
    BUILTIN_API type trunc##suffix(type x);                                                   \
    BUILTIN BUILTIN_API type trunc##suffix(type x) {                                          \
        type size = __builtin_fabs##suffix(x), rounded = nearbyint##suffix(size);             \
        return __builtin_copysign##suffix(rounded > size ? rounded - 1 : rounded, x);         \
    }

ROUND_FUNCTIONS(f64, , 0x1p52)
ROUND_FUNCTIONS(f32, f, 0x1p23f)
