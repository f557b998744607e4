/* Bytes that are looked at together, in the widest registers there are. */
#if defined(__AVX2__)
typedef u8 lanes __attribute__((vector_size(32)));
#elif defined(__SSE2__) || defined(__aarch64__)
typedef u8 lanes __attribute__((vector_size(16)));
#else
#define LANES_IN_WORD
typedef u64 lanes;
#endif
#define LANES ((u32)sizeof(lanes))

WASM_INLINE u8 libc_byte(const u8 *place)
{
    u8 value;
    WASM_READ(value, place);
    return value;
}

WASM_INLINE lanes lanes_load(const u8 *place)
{
    lanes value;
    WASM_READ(value, place);
    return value;
}

#ifdef LANES_IN_WORD
#define LANES_ONES 0x0101010101010101ull
#define LANES_LOW (0x7f * LANES_ONES)

WASM_INLINE lanes lanes_of(u8 value)
{
    return value * LANES_ONES;
}

/* All bits of the bytes that are equal. */
WASM_INLINE lanes lanes_equal(lanes a, lanes b)
{
    lanes different = a ^ b;
    return (~(((different & LANES_LOW) + LANES_LOW) | different | LANES_LOW) >> 7) * 0xff;
}

WASM_INLINE lanes lanes_both(lanes a, lanes b)
{
    return ~(lanes_equal(a, 0) | lanes_equal(b, 0));
}

WASM_INLINE bool lanes_any(lanes found)
{
    return found != 0;
}

#else
WASM_INLINE lanes lanes_of(u8 value)
{
    return (lanes){0} + value;
}

WASM_INLINE lanes lanes_equal(lanes a, lanes b)
{
    return (lanes)(a == b);
}

/* 0 where one of them is 0, and only there. */
WASM_INLINE lanes lanes_both(lanes a, lanes b)
{
#ifdef __clang__
    return __builtin_elementwise_min(a, b);
#else
    lanes less = (lanes)(a < b);
    return (a & less) | (b & ~less);
#endif
}

#ifdef __aarch64__
WASM_INLINE bool lanes_any(lanes found)
{
    typedef u64 words __attribute__((vector_size(16)));
    return (((words)found)[0] | ((words)found)[1]) != 0;
}

#else
/* A bit for each byte, the first byte's lowest. */
WASM_INLINE u32 lanes_bits(lanes found)
{
    typedef char chars __attribute__((vector_size(sizeof(lanes))));
#ifdef __AVX2__
    return (u32)__builtin_ia32_pmovmskb256((chars)found);
#else
    return (u32)__builtin_ia32_pmovmskb128((chars)found);
#endif
}

WASM_INLINE bool lanes_any(lanes found)
{
    return lanes_bits(found) != 0;
}
#endif
#endif

/* As many bytes as a mask of 64 bits stands for. */
#ifdef LANES_IN_WORD
#define GROUP_BITS 8
#else
#define GROUP_BITS 1
#endif
#define GROUP (64 / GROUP_BITS)
#define GROUP_PARTS (GROUP / LANES)

struct group {
    lanes part[GROUP_PARTS];
};

/* Registers have no numbers: loops over parts are unrolled at any level of optimization. */
#ifdef __clang__
#define EACH_PART _Pragma("clang loop unroll(full)") for (u32 i = 0; i < GROUP_PARTS; i++)
#else
#define EACH_PART _Pragma("GCC unroll 4") for (u32 i = 0; i < GROUP_PARTS; i++)
#endif

/* From a multiple of GROUP on. */
WASM_INLINE struct group group_load(const u8 *place)
{
    struct group group;
    place = __builtin_assume_aligned(place, GROUP);
    EACH_PART group.part[i] = lanes_load(place + i * LANES);
    return group;
}

/* Whether any byte is 0. */
WASM_INLINE bool group_has_zero(struct group group)
{
    lanes all = group.part[0];
    EACH_PART all = lanes_both(all, group.part[i]);
    return lanes_any(lanes_equal(all, lanes_of(0)));
}

/* GROUP_BITS bits for each byte, set where it is `value`, the first byte's lowest. */
WASM_INLINE u64 group_mask(struct group group, u8 value)
{
    struct group found;
    EACH_PART found.part[i] = lanes_equal(group.part[i], lanes_of(value));
#if defined(LANES_IN_WORD)
    return found.part[0];
#elif defined(__aarch64__)
    /* Each byte's own bit, then sums of neighbours. */
    const lanes bits = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
#define EVEN_AND_ODD(a, b)                                                                              \
    (__builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30) + \
     __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31))
    lanes low = EVEN_AND_ODD(found.part[0] & bits, found.part[1] & bits);
    lanes high = EVEN_AND_ODD(found.part[2] & bits, found.part[3] & bits);
    lanes sums = EVEN_AND_ODD(low, high);
    sums = EVEN_AND_ODD(sums, sums);
#undef EVEN_AND_ODD
    u64 mask;
    __builtin_memcpy(&mask, &sums, sizeof mask);
    return mask;
#else
    u64 mask = 0;
    EACH_PART mask |= (u64)lanes_bits(found.part[i]) << i * LANES;
    return mask;
#endif
}

/* Of a mask that is not 0. */
WASM_INLINE u32 group_first(u64 mask)
{
    return (u32)__builtin_ctzll(mask) / GROUP_BITS;
}

WASM_INLINE u32 group_last(u64 mask)
{
    return (63 - (u32)__builtin_clzll(mask)) / GROUP_BITS;
}
