/* Integer instructions that are not an operator of C. Those that trap take their place: the function's index among the
   defined ones and the offset in its body. */

#define WASM_INTEGER(type, unsigned_type, signed_type, bits, clz, ctz, popcount, minimum)            \
    WASM_INLINE unsigned_type type##_clz(unsigned_type x) { return x ? (unsigned_type)clz(x) : bits; } \
    WASM_INLINE unsigned_type type##_ctz(unsigned_type x) { return x ? (unsigned_type)ctz(x) : bits; } \
    WASM_INLINE unsigned_type type##_popcnt(unsigned_type x) { return (unsigned_type)popcount(x); }  \
    WASM_INLINE unsigned_type type##_rotl(unsigned_type x, unsigned_type n)                          \
    {                                                                                                \
        return x << (n & (bits - 1)) | x >> (-n & (bits - 1));                                       \
    }                                                                                                \
    WASM_INLINE unsigned_type type##_rotr(unsigned_type x, unsigned_type n)                          \
    {                                                                                                \
        return x >> (n & (bits - 1)) | x << (-n & (bits - 1));                                       \
    }                                                                                                \
    WASM_INLINE unsigned_type type##_div_u(unsigned_type x, unsigned_type y, u32 function, u32 offset) \
    {                                                                                                \
        if (UNLIKELY(y == 0)) TRAP(INTEGER_DIVIDE_BY_ZERO, function, offset);                        \
        return x / y;                                                                                \
    }                                                                                                \
    WASM_INLINE unsigned_type type##_rem_u(unsigned_type x, unsigned_type y, u32 function, u32 offset) \
    {                                                                                                \
        if (UNLIKELY(y == 0)) TRAP(INTEGER_DIVIDE_BY_ZERO, function, offset);                        \
        return x % y;                                                                                \
    }                                                                                                \
    WASM_INLINE unsigned_type type##_div_s(unsigned_type x, unsigned_type y, u32 function, u32 offset) \
    {                                                                                                \
        if (UNLIKELY(y == 0)) TRAP(INTEGER_DIVIDE_BY_ZERO, function, offset);                        \
        if (UNLIKELY(x == minimum && y == (unsigned_type)-1)) TRAP(INTEGER_OVERFLOW, function, offset); \
        return (unsigned_type)((signed_type)x / (signed_type)y);                                     \
    }                                                                                                \
    /* The remainder of the smallest number by -1 is 0, where the processor's division faults. */   \
    WASM_INLINE unsigned_type type##_rem_s(unsigned_type x, unsigned_type y, u32 function, u32 offset) \
    {                                                                                                \
        if (UNLIKELY(y == 0)) TRAP(INTEGER_DIVIDE_BY_ZERO, function, offset);                        \
        return UNLIKELY(y == (unsigned_type)-1)                                                      \
                   ? 0                                                                               \
                   : (unsigned_type)((signed_type)x % (signed_type)y);                               \
    }

WASM_INTEGER(i32, u32, i32, 32, __builtin_clz, __builtin_ctz, wasm_popcount32, 0x80000000u)
WASM_INTEGER(i64, u64, i64, 64, __builtin_clzll, __builtin_ctzll, wasm_popcount64, 0x8000000000000000ull)

/* Of 128 bits: the lower half of each operand comes first. */
typedef unsigned __int128 u128;

WASM_INLINE u128 u128_of(u64 low, u64 high) { return (u128)high << 64 | low; }
WASM_INLINE u128 i64_add128(u64 a, u64 a_high, u64 b, u64 b_high)
{
    return u128_of(a, a_high) + u128_of(b, b_high);
}
WASM_INLINE u128 i64_sub128(u64 a, u64 a_high, u64 b, u64 b_high)
{
    return u128_of(a, a_high) - u128_of(b, b_high);
}
WASM_INLINE u128 i64_mul_wide_u(u64 a, u64 b) { return (u128)a * b; }
WASM_INLINE u128 i64_mul_wide_s(u64 a, u64 b) { return (u128)((__int128)(i64)a * (i64)b); }
