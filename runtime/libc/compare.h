/* Comparisons. */

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

#ifdef LIBC_WIDE
/* How many bytes of whole groups from two places on lie in the page of each. */
WASM_INLINE u64 libc_rest_of_pages(const u8 *p, const u8 *q)
{
    u64 a = (u64)p % LIBC_PAGE, b = (u64)q % LIBC_PAGE;
    return (LIBC_PAGE - (a > b ? a : b)) / GROUP * GROUP;
}

/* Where strings differ or end, or a place at or behind `most`. */
WASM_INLINE u64 libc_compare_wide(const u8 *x, const u8 *y, u64 most)
{
    for (u64 i = 0; i < most;) {
        u64 rest = libc_rest_of_pages(x + i, y + i);
        if (LIKELY(rest)) {
            u64 wanted = (most - i - 1) / GROUP * GROUP + GROUP;
            u64 mask = wide_compare(x, y, &i, i + (rest < wanted ? rest : wanted), true);
            if (mask) return i + group_first(mask);
        } else {
            u8 byte = libc_byte(x + i);
            if (byte != libc_byte(y + i) || !byte) return i;
            i++;
        }
    }
    return most;
}
#endif

/* The first difference of two strings, or of up to `most` bytes of them: its bytes in *a and *b, else what is equal.
   False if most bytes are equal and none is NUL. */
WASM_INLINE bool libc_compare(const u8 *x, const u8 *y, u64 most, u8 *a, u8 *b)
{
    *a = *b = 0;
#ifdef LIBC_WIDE
    if (LIKELY(wide_is_present())) {
        u64 at = libc_compare_wide(x, y, most);
        if (at >= most) return false;
        *a = libc_byte(x + at), *b = libc_byte(y + at);
        return true;
    }
#endif
    for (u64 i = 0; i < most;) {
        u64 at = i;
        if (LIKELY(libc_in_page(x + i, GROUP) && libc_in_page(y + i, GROUP))) {
            struct group agreement = libc_agreement(x + i, y + i);
            i += GROUP;
            if (!group_has_zero(agreement)) continue;
            at += group_first(group_mask(agreement, 0));
        } else {
            i++;
            u8 byte = libc_byte(x + at);
            if (byte == libc_byte(y + at) && byte) continue;
        }
        if (at >= most) return false;
        *a = libc_byte(x + at), *b = libc_byte(y + at);
        return true;
    }
    return false;
}

#define LIBC_UNLIMITED (~0ull >> 1)

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
#ifdef LIBC_WIDE
    if (count >= GROUP && LIKELY(wide_is_present())) {
        u64 mask = wide_compare(x, y, &i, count / GROUP * GROUP, false);
        if (!mask && i < count) {
            i = count - GROUP;
            mask = wide_compare(x, y, &i, count, false);
        }
        *at = i + (mask ? group_first(mask) : 0);
        return mask != 0;
    }
#endif
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
        WASM_READ(v, x + i);
        WASM_READ(w, y + i);
        if (v == w) continue;
        *at = i + (u32)__builtin_ctzll(v ^ w) / 8;
        return true;
    }
    for (; i < count; i++) {
        if (libc_byte(x + i) == libc_byte(y + i)) continue;
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
    if (libc_mismatch(base + s, base + t, count, &at)) *result = LIBC_DIFFERENCE(libc_byte(base + s + at), libc_byte(base + t + at));
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
