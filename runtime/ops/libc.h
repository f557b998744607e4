/* Functions of the C library that a module brings along, with wide loads. The compiler knows them by their code
   (compiler/libc/) and has them begin with these: `libc_name` does all that the function would do and answers true, or
   does nothing and answers false where only the module's own code can tell what happens. Bytes are read in aligned
   blocks, which lie in memory as a whole or not at all; so what leaves the memory faults here as it would there. */

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

WASM_INLINE lanes lanes_load(const u8 *place)
{
    lanes value;
    __builtin_memcpy(&value, place, sizeof value);
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

/* A string may go on at address 0 where a memory is as large as a memory can be. */
#define LIBC_ENDLESS(memory) UNLIKELY((memory)->size >> 32)

/* Whether a range is in memory, and its end is not address 0, which a library may take for a place before it. */
WASM_INLINE bool libc_inside(const struct wasm_memory *memory, u32 start, u64 count)
{
    return LIKELY(start + count <= memory->size - (memory->size >> 32));
}

/* Whether two ranges have no byte in common. */
WASM_INLINE bool libc_apart(u32 a, u64 a_count, u32 b, u64 b_count)
{
    return a < b ? b - a >= a_count : a - b >= b_count;
}

/* A group in which what is looked for is 0: `value`, and NUL if or_nul. */
WASM_INLINE struct group libc_match(const u8 *place, u8 value, bool or_nul)
{
    struct group group = group_load(place);
    EACH_PART {
        lanes other = group.part[i] ^ lanes_of(value);
        group.part[i] = or_nul ? lanes_both(group.part[i], other) : other;
    }
    return group;
}

/* The first place from p on that holds `value`, or NUL if or_nul. If there is an end and none before it, a place at or
   behind the end. */
WASM_INLINE const u8 *libc_find(const u8 *p, bool bounded, const u8 *end, u8 value, bool or_nul)
{
    u64 skew = (u64)p % GROUP;
    const u8 *group = p - skew;
    u64 mask = group_mask(libc_match(group, value, or_nul), 0) >> skew * GROUP_BITS;
    if (mask) return p + group_first(mask);
    for (;;) {
        group += GROUP;
        if (bounded && group >= end) return end;
        struct group match = libc_match(group, value, or_nul);
        if (group_has_zero(match)) return group + group_first(group_mask(match, 0));
    }
}

WASM_INLINE u32 libc_length(const u8 *base, u32 s)
{
    return (u32)(libc_find(base + s, false, NULL, 0, false) - (base + s));
}

/* The same, but no more than `most`. */
WASM_INLINE u32 libc_length_within(const u8 *base, u32 s, u32 most)
{
    if (most == 0) return 0;
    const u8 *start = base + s, *end = start + most, *found = libc_find(start, true, end, 0, false);
    return (u32)((found < end ? found : end) - start);
}

WASM_INLINE bool libc_strlen(const struct wasm_memory *memory, const u8 *base, u32 s, u32 *result)
{
    if (LIBC_ENDLESS(memory)) return false;
    *result = libc_length(base, s);
    return true;
}

/* A library may take an end found at address 0 for none. */
WASM_INLINE bool libc_strnlen(const struct wasm_memory *memory, const u8 *base, u32 s, u32 most, u32 *result)
{
    if (LIBC_ENDLESS(memory) || s == 0) return false;
    *result = libc_length_within(base, s, most);
    return true;
}

WASM_INLINE bool libc_memchr(const struct wasm_memory *memory, const u8 *base, u32 s, u32 value, u32 count, u32 *result)
{
    if (LIBC_ENDLESS(memory)) return false;
    *result = 0;
    if (count == 0) return true;
    const u8 *end = base + s + count, *found = libc_find(base + s, true, end, (u8)value, false);
    if (found < end) *result = (u32)(found - base);
    return true;
}

WASM_INLINE bool libc_memrchr(const struct wasm_memory *memory, const u8 *base, u32 s, u32 value, u32 count, u32 *result)
{
    if (!libc_inside(memory, s, count)) return false;
    *result = 0;
    if (count == 0) return true;
    const u8 *start = base + s, *last = start + count - 1;
    u64 skew = (u64)last % GROUP;
    const u8 *group = last - skew;
    u64 unwanted = 64 - (skew + 1) * GROUP_BITS;
    u64 mask = group_mask(group_load(group), (u8)value) << unwanted >> unwanted;
    while (!mask && group > start) mask = group_mask(group_load(group -= GROUP), (u8)value);
    if (mask && group + group_last(mask) >= start) *result = (u32)(group + group_last(mask) - base);
    return true;
}

/* Some libraries look for the string's end first: a character is found only where there is an end, which the memory's
   last byte vouches for if it is 0. Others take only the low byte of what they look for. */
WASM_INLINE bool libc_strchrnul(const struct wasm_memory *memory, const u8 *base, u32 s, u32 value, u32 *result)
{
    if (LIBC_ENDLESS(memory) || (value && !(u8)value)) return false;
    const u8 *found = libc_find(base + s, false, NULL, (u8)value, (u8)value != 0);
    *result = (u32)(found - base);
    return !*found || LIKELY(!base[memory->size - 1]);
}

WASM_INLINE bool libc_strchr(const struct wasm_memory *memory, const u8 *base, u32 s, u32 value, u32 *result)
{
    if (!libc_strchrnul(memory, base, s, value, result)) return false;
    if (base[*result] != (u8)value) *result = 0;
    return true;
}

WASM_INLINE bool libc_strrchr(const struct wasm_memory *memory, const u8 *base, u32 s, u32 value, u32 *result)
{
    if (LIBC_ENDLESS(memory)) return false;
    u64 skew = (u64)(base + s) % GROUP, ignored = skew * GROUP_BITS;
    const u8 *found = NULL;
    for (const u8 *group = base + s - skew;; group += GROUP, ignored = 0) {
        struct group bytes = group_load(group);
        u64 ends = group_mask(bytes, 0) >> ignored << ignored;
        u64 matches = group_mask(bytes, (u8)value) >> ignored << ignored;
        /* Up to the end, which counts as a character. */
        if (ends) matches &= ends ^ (ends - 1);
        if (matches) found = group + group_last(matches);
        if (ends) break;
    }
    *result = found ? (u32)(found - base) : 0;
    return true;
}

/* A group in which bytes are 0 that differ, or are NUL. */
WASM_INLINE struct group libc_agreement(const u8 *x, const u8 *y)
{
    struct group group;
    EACH_PART {
        lanes bytes = lanes_load(x + i * LANES);
        group.part[i] = lanes_equal(bytes, lanes_load(y + i * LANES)) & bytes;
    }
    return group;
}

/* Memory may end at multiples of this and nowhere else, on any system. */
#define LIBC_PAGE 0x1000

WASM_INLINE bool libc_in_page(const u8 *p, u32 count)
{
    return ((u64)p & (LIBC_PAGE - 1)) <= LIBC_PAGE - count;
}

/* The first difference of two strings, or of up to `most` bytes of them: its bytes in *a and *b, else what is equal.
   False if most bytes are equal and none is NUL. */
WASM_INLINE bool libc_compare(const u8 *x, const u8 *y, u64 most, u8 *a, u8 *b)
{
    *a = *b = 0;
    for (u64 i = 0; i < most;) {
        u64 at = i;
        if (LIKELY(libc_in_page(x + i, GROUP) && libc_in_page(y + i, GROUP))) {
            struct group agreement = libc_agreement(x + i, y + i);
            i += GROUP;
            if (!group_has_zero(agreement)) continue;
            at += group_first(group_mask(agreement, 0));
        } else {
            i++;
            if (x[at] == y[at] && x[at]) continue;
        }
        if (at >= most) return false;
        *a = x[at], *b = y[at];
        return true;
    }
    return false;
}

#define LIBC_UNLIMITED (~0ull)

/* A library may look at no byte if both strings are the same, and at one behind the last that counts. */
WASM_INLINE bool libc_compare_strings(const struct wasm_memory *memory, const u8 *base, u32 s, u32 t, u64 most, u8 *a,
                                      u8 *b)
{
    if (LIBC_ENDLESS(memory) || s == t) return false;
    return libc_compare(base + s, base + t, most, a, b) ||
           (libc_inside(memory, s, most + 1) && libc_inside(memory, t, most + 1));
}

#define LIBC_DIFFERENCE(a, b) ((u32)(a) - (b))
#define LIBC_ORDER(a, b) ((u32)(((a) > (b)) - ((a) < (b))))

/* Comparisons with results of two kinds. */
#define LIBC_COMPARISONS(kind, result_of)                                                                             \
    WASM_INLINE bool libc_strcmp_##kind(const struct wasm_memory *memory, const u8 *base, u32 s, u32 t, u32 *result) \
    {                                                                                                                 \
        u8 a, b;                                                                                                      \
        if (!libc_compare_strings(memory, base, s, t, LIBC_UNLIMITED, &a, &b)) return false;                         \
        *result = result_of(a, b);                                                                                    \
        return true;                                                                                                  \
    }                                                                                                                 \
    WASM_INLINE bool libc_strncmp_##kind(const struct wasm_memory *memory, const u8 *base, u32 s, u32 t, u32 most,   \
                                         u32 *result)                                                                 \
    {                                                                                                                 \
        u8 a, b;                                                                                                      \
        if (!libc_compare_strings(memory, base, s, t, most, &a, &b)) return false;                                   \
        *result = result_of(a, b);                                                                                    \
        return true;                                                                                                  \
    }
LIBC_COMPARISONS(difference, LIBC_DIFFERENCE)
LIBC_COMPARISONS(order, LIBC_ORDER)

/* A group in which bytes are 0 that differ. */
WASM_INLINE struct group libc_same(const u8 *x, const u8 *y)
{
    struct group group;
    EACH_PART group.part[i] = lanes_equal(lanes_load(x + i * LANES), lanes_load(y + i * LANES));
    return group;
}

/* Where x and y differ first, if they do within `count` bytes, all of which are there to be read. */
WASM_INLINE bool libc_mismatch(const u8 *x, const u8 *y, u64 count, u64 *at)
{
    u64 i = 0;
    if (count >= GROUP) {
        for (;;) {
            struct group same = libc_same(x + i, y + i);
            if (group_has_zero(same)) {
                *at = i + group_first(group_mask(same, 0));
                return true;
            }
            if (i == count - GROUP) return false;
            i += GROUP;
            if (i > count - GROUP) i = count - GROUP;
        }
    }
    for (; count - i >= 8; i += 8) {
        u64 v, w;
        __builtin_memcpy(&v, x + i, 8);
        __builtin_memcpy(&w, y + i, 8);
        if (v == w) continue;
        *at = i + (u32)__builtin_ctzll(v ^ w) / 8;
        return true;
    }
    for (; i < count; i++) {
        if (x[i] == y[i]) continue;
        *at = i;
        return true;
    }
    return false;
}

WASM_INLINE bool libc_memcmp(const struct wasm_memory *memory, const u8 *base, u32 s, u32 t, u32 count, u32 *result)
{
    u64 at;
    if (!libc_inside(memory, s, count) || !libc_inside(memory, t, count)) return false;
    *result = 0;
    if (libc_mismatch(base + s, base + t, count, &at)) *result = LIBC_DIFFERENCE(base[s + at], base[t + at]);
    return true;
}

/* 1 for any difference. */
WASM_INLINE bool libc_bcmp(const struct wasm_memory *memory, const u8 *base, u32 s, u32 t, u32 count, u32 *result)
{
    u64 at;
    if (!libc_inside(memory, s, count) || !libc_inside(memory, t, count)) return false;
    *result = libc_mismatch(base + s, base + t, count, &at);
    return true;
}

WASM_INLINE bool libc_memmove(const struct wasm_memory *memory, u8 *base, u32 to, u32 from, u32 count, u32 *result)
{
    if (!libc_inside(memory, to, count) || !libc_inside(memory, from, count)) return false;
    __builtin_memmove(base + to, base + from, count);
    *result = to;
    return true;
}

WASM_INLINE bool libc_memcpy(const struct wasm_memory *memory, u8 *base, u32 to, u32 from, u32 count, u32 *result)
{
    return libc_apart(to, count, from, count) && libc_memmove(memory, base, to, from, count, result);
}

WASM_INLINE bool libc_mempcpy(const struct wasm_memory *memory, u8 *base, u32 to, u32 from, u32 count, u32 *result)
{
    if (!libc_memcpy(memory, base, to, from, count, result)) return false;
    *result = to + count;
    return true;
}

WASM_INLINE bool libc_memset(const struct wasm_memory *memory, u8 *base, u32 to, u32 value, u32 count, u32 *result)
{
    if (!libc_inside(memory, to, count)) return false;
    __builtin_memset(base + to, (u8)value, count);
    *result = to;
    return true;
}

/* *result is where the copy ends. */
WASM_INLINE bool libc_stpcpy(const struct wasm_memory *memory, u8 *base, u32 to, u32 from, u32 *result)
{
    if (LIBC_ENDLESS(memory)) return false;
    u32 length = libc_length(base, from);
    *result = to + length;
    return libc_memcpy(memory, base, to, from, length + 1, &to);
}

WASM_INLINE bool libc_strcpy(const struct wasm_memory *memory, u8 *base, u32 to, u32 from, u32 *result)
{
    *result = to;
    return libc_stpcpy(memory, base, to, from, &to);
}

WASM_INLINE bool libc_strcat(const struct wasm_memory *memory, u8 *base, u32 to, u32 from, u32 *result)
{
    if (LIBC_ENDLESS(memory)) return false;
    *result = to;
    to += libc_length(base, to);
    return libc_stpcpy(memory, base, to, from, &to);
}

WASM_INLINE bool libc_strncat(const struct wasm_memory *memory, u8 *base, u32 to, u32 from, u32 most, u32 *result)
{
    if (LIBC_ENDLESS(memory)) return false;
    *result = to;
    to += libc_length(base, to);
    u32 length = libc_length_within(base, from, most);
    if (!libc_inside(memory, to, length + 1ull) || !libc_apart(to, length + 1ull, from, length + 1ull)) return false;
    __builtin_memmove(base + to, base + from, length);
    base[to + length] = 0;
    return true;
}

/* *result is where the copy ends and zeros begin. */
WASM_INLINE bool libc_stpncpy(const struct wasm_memory *memory, u8 *base, u32 to, u32 from, u32 count, u32 *result)
{
    if (LIBC_ENDLESS(memory) || !libc_inside(memory, to, count)) return false;
    u32 length = libc_length_within(base, from, count);
    if (!libc_apart(to, count, from, length + 1ull)) return false;
    __builtin_memmove(base + to, base + from, length);
    __builtin_memset(base + to + length, 0, count - length);
    *result = to + length;
    return true;
}

WASM_INLINE bool libc_strncpy(const struct wasm_memory *memory, u8 *base, u32 to, u32 from, u32 count, u32 *result)
{
    *result = to;
    return libc_stpncpy(memory, base, to, from, count, &to);
}
