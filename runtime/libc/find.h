/* Lengths, and where a byte is. */

/* A string may go on at address 0 where a memory is as large as a memory can be. */
#define LIBC_ENDLESS(memory) UNLIKELY(WASM_MEMORY_SIZE(memory) >> 32)

/* Whether a range is in memory, and its end is not address 0, which a library may take for a place before it. */
WASM_INLINE bool libc_inside(const struct wasm_memory *memory, u32 start, u64 count)
{
    u64 size = WASM_MEMORY_SIZE(memory);
    return LIKELY(start + count <= size - (size >> 32));
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

#define LIBC_NO_END ((const u8 *)~0ull)

/* The first place from p on that holds `value`, or NUL if or_nul. If there is an end and none before it, a place at or
   behind the end. */
WASM_INLINE const u8 *libc_find(const u8 *p, bool bounded, const u8 *end, u8 value, bool or_nul)
{
    u64 skew = (u64)p % GROUP;
    const u8 *group = p - skew;
#ifdef LIBC_WIDE
    if (LIKELY(wide_is_present())) {
        const u8 *last = bounded ? end : LIBC_NO_END;
        u64 found = or_nul ? wide_find_or_nul(&group, last, value, ~0ull << skew) : wide_find(&group, last, value, ~0ull << skew);
        return found ? group + group_first(found) : end;
    }
#endif
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
    return !libc_byte(found) || LIKELY(!libc_byte(base + WASM_MEMORY_SIZE(memory) - 1));
}

WASM_INLINE bool libc_strchr(const struct wasm_memory *memory, const u8 *base, u32 s, u32 value, u32 *result)
{
    if (!libc_strchrnul(memory, base, s, value, result)) return false;
    if (libc_byte(base + *result) != (u8)value) *result = 0;
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
