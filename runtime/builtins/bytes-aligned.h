/* memcpy, memmove, memset, memcmp for processors that may trap on unaligned access: words where
   both sides allow it. */

typedef u64 bytes8 __attribute__((may_alias));

WASM_HIDDEN void *memmove(void *to, const void *from, size_t size);
WASM_HIDDEN void *memcpy(void *to, const void *from, size_t size);
WASM_HIDDEN void *memset(void *to, int value, size_t size);
WASM_HIDDEN int memcmp(const void *a, const void *b, size_t size);

static inline bool bytes_aligned(const u8 *p) {
    return ((u64)p & 7) == 0;
}

BUILTIN void *memmove(void *to, const void *from, size_t size) {
    u8 *d = to;
    const u8 *s = from;
    bool words = (((u64)d ^ (u64)s) & 7) == 0;
    if ((u64)d - (u64)s >= size) {
        if (words) {
            for (; size && !bytes_aligned(d); size--) *d++ = *s++;
            for (; size >= 8; size -= 8, d += 8, s += 8) *(bytes8 *)d = *(const bytes8 *)s;
        }
        for (; size; size--) *d++ = *s++;
    } else {
        d += size;
        s += size;
        if (words) {
            for (; size && !bytes_aligned(d); size--) *--d = *--s;
            for (; size >= 8; size -= 8) *(bytes8 *)(d -= 8) = *(const bytes8 *)(s -= 8);
        }
        for (; size; size--) *--d = *--s;
    }
    return to;
}

__attribute__((alias("memmove"))) void *memcpy(void *to, const void *from, size_t size);

BUILTIN void *memset(void *to, int value, size_t size) {
    u8 *d = to;
    u64 eight = (u8)value * 0x0101010101010101ull;
    for (; size && !bytes_aligned(d); size--) *d++ = (u8)value;
    for (; size >= 8; size -= 8, d += 8) *(bytes8 *)d = eight;
    for (; size; size--) *d++ = (u8)value;
    return to;
}

BUILTIN int memcmp(const void *a, const void *b, size_t size) {
    const u8 *x = a, *y = b;
    if (bytes_aligned(x) && bytes_aligned(y))
        for (; size >= 8 && *(const bytes8 *)x == *(const bytes8 *)y; size -= 8) x += 8, y += 8;
    for (; size; x++, y++, size--)
        if (*x != *y) return *x < *y ? -1 : 1;
    return 0;
}
