/* memcpy, memmove, memset, memcmp for processors that load and store 16 bytes at any address. Up
   to 64 bytes are loaded before any is stored, so that overlap does not matter; more goes in
   blocks of 64, and the block at the end, loaded first, overlaps the last full one. */

typedef u8 bytes16 __attribute__((vector_size(16), aligned(1), may_alias));
typedef u64 bytes8 __attribute__((aligned(1), may_alias));
typedef u32 bytes4 __attribute__((aligned(1), may_alias));
typedef u16 bytes2 __attribute__((aligned(1), may_alias));

WASM_HIDDEN void *memmove(void *to, const void *from, size_t size);
WASM_HIDDEN void *memcpy(void *to, const void *from, size_t size);
WASM_HIDDEN void *memset(void *to, int value, size_t size);
WASM_HIDDEN int memcmp(const void *a, const void *b, size_t size);

/* From here on, the processor's own string instructions are faster. */
#define BYTES_STRING_INSTRUCTION 1024

#define BYTES_COPY_ENDS(type)                                   \
    do {                                                        \
        type first = *(const type *)s;                          \
        type last = *(const type *)(s + size - sizeof(type));   \
        *(type *)d = first;                                     \
        *(type *)(d + size - sizeof(type)) = last;              \
    } while (0)

struct bytes64 {
    bytes16 part[4];
};

static inline __attribute__((always_inline)) struct bytes64 bytes_load64(const u8 *p) {
    const bytes16 *part = (const bytes16 *)p;
    return (struct bytes64){{part[0], part[1], part[2], part[3]}};
}

static inline __attribute__((always_inline)) void bytes_store64(u8 *p, struct bytes64 v) {
    *(bytes16 *)p = v.part[0];
    *(bytes16 *)(p + 16) = v.part[1];
    *(bytes16 *)(p + 32) = v.part[2];
    *(bytes16 *)(p + 48) = v.part[3];
}

static inline __attribute__((always_inline)) void bytes_copy_small(
    u8 *d, const u8 *s, size_t size) {
    if (size > 32) {
        bytes16 b = *(const bytes16 *)(s + 16), c = *(const bytes16 *)(s + size - 32);
        BYTES_COPY_ENDS(bytes16);
        *(bytes16 *)(d + 16) = b;
        *(bytes16 *)(d + size - 32) = c;
    } else if (size >= 16) {
        BYTES_COPY_ENDS(bytes16);
    } else if (size >= 8) {
        BYTES_COPY_ENDS(bytes8);
    } else if (size >= 4) {
        BYTES_COPY_ENDS(bytes4);
    } else if (size >= 2) {
        BYTES_COPY_ENDS(bytes2);
    } else if (size) {
        *d = *s;
    }
}

BUILTIN void *memmove(void *to, const void *from, size_t size) {
    u8 *d = to;
    const u8 *s = from;
    if (size <= 64) {
        bytes_copy_small(d, s, size);
    } else if ((u64)d - (u64)s >= size) {
#ifdef __x86_64__
        if (size >= BYTES_STRING_INSTRUCTION && (u64)s - (u64)d >= size) {
            __asm__ volatile("rep movsb" : "+D"(d), "+S"(s), "+c"(size) : : "memory");
            return to;
        }
#endif
        struct bytes64 last = bytes_load64(s + size - 64);
        u8 *end = d + size - 64;
        for (; d < end; d += 64, s += 64) bytes_store64(d, bytes_load64(s));
        bytes_store64(end, last);
    } else {
        struct bytes64 first = bytes_load64(s);
        for (; size > 64; size -= 64) bytes_store64(d + size - 64, bytes_load64(s + size - 64));
        bytes_store64(d, first);
    }
    return to;
}

__attribute__((alias("memmove"))) void *memcpy(void *to, const void *from, size_t size);

BUILTIN void *memset(void *to, int value, size_t size) {
    u8 *d = to;
    u64 eight = (u8)value * 0x0101010101010101ull;
    if (size < 16) {
        if (size >= 8) {
            *(bytes8 *)d = eight;
            *(bytes8 *)(d + size - 8) = eight;
        } else if (size >= 4) {
            *(bytes4 *)d = (u32)eight;
            *(bytes4 *)(d + size - 4) = (u32)eight;
        } else if (size) {
            d[0] = (u8)value;
            d[size / 2] = (u8)value;
            d[size - 1] = (u8)value;
        }
        return to;
    }
#ifdef __x86_64__
    if (size >= BYTES_STRING_INSTRUCTION) {
        __asm__ volatile("rep stosb" : "+D"(d), "+c"(size) : "a"(value) : "memory");
        return to;
    }
#endif
    typedef u64 words16 __attribute__((vector_size(16), aligned(1), may_alias));
    words16 v = {eight, eight};
    u8 *end = d + size - 16;
    if (size > 64) {
        for (; d < end - 48; d += 64) {
            *(words16 *)d = v;
            *(words16 *)(d + 16) = v;
            *(words16 *)(d + 32) = v;
            *(words16 *)(d + 48) = v;
        }
        d = end - 48;
    }
    u64 middle = size > 32 ? 16 : 0;
    *(words16 *)d = v;
    *(words16 *)(d + middle) = v;
    *(words16 *)(end - middle) = v;
    *(words16 *)end = v;
    return to;
}

/* The order of two different words is that of their first bytes. */
static inline int bytes_order(u64 a, u64 b) {
    return __builtin_bswap64(a) < __builtin_bswap64(b) ? -1 : 1;
}

BUILTIN int memcmp(const void *a, const void *b, size_t size) {
    const u8 *x = a, *y = b;
    for (; size >= 32; x += 32, y += 32, size -= 32) {
        const bytes8 *v = (const bytes8 *)x, *w = (const bytes8 *)y;
        if ((v[0] ^ w[0]) | (v[1] ^ w[1]) | (v[2] ^ w[2]) | (v[3] ^ w[3])) break;
    }
    for (; size >= 8; x += 8, y += 8, size -= 8) {
        u64 v = *(const bytes8 *)x, w = *(const bytes8 *)y;
        if (v != w) return bytes_order(v, w);
    }
    for (; size; x++, y++, size--)
        if (*x != *y) return *x < *y ? -1 : 1;
    return 0;
}
