/* Copies. */

/* Of ranges that are inside. */
WASM_INLINE void libc_move(u8 *to, const u8 *from, u64 count)
{
#ifdef LIBC_WIDE
    if (count > 32 && count < WIDE_LEFT_TO_MEMMOVE && LIKELY(wide_is_present())) {
        wide_move(to, from, count);
        return;
    }
#endif
    __builtin_memmove(to, from, count);
}

WASM_INLINE bool libc_memmove(const struct wasm_memory *memory, u8 *base, u32 to, u32 from, u32 count, u32 *result)
{
    if (!libc_inside(memory, to, count) || !libc_inside(memory, from, count)) return false;
    libc_move(base + to, base + from, count);
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
    libc_move(base + to, base + from, length);
    base[to + length] = 0;
    return true;
}

/* *result is where the copy ends and zeros begin. */
WASM_INLINE bool libc_stpncpy(const struct wasm_memory *memory, u8 *base, u32 to, u32 from, u32 count, u32 *result)
{
    if (LIBC_ENDLESS(memory) || !libc_inside(memory, to, count)) return false;
    u32 length = libc_length_within(base, from, count);
    if (!libc_apart(to, count, from, length + 1ull)) return false;
    libc_move(base + to, base + from, length);
    __builtin_memset(base + to + length, 0, count - length);
    *result = to + length;
    return true;
}

WASM_INLINE bool libc_strncpy(const struct wasm_memory *memory, u8 *base, u32 to, u32 from, u32 count, u32 *result)
{
    *result = to;
    return libc_stpncpy(memory, base, to, from, count, &to);
}
