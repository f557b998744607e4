/* Functions of the C library that a module brings along (see libc.h): the result, and 1 << 32 where it is known. */

#define LIBC(name, parameters, ...)                                                    \
    MACHINE u64 wasm_machine_libc_##name parameters                                    \
    {                                                                                  \
        u32 result = 0;                                                                \
        AT_CALLER;                                                                     \
        return libc_##name(memory, memory->base, __VA_ARGS__, &result) ? result | 1ull << 32 : 0; \
    }
#define LIBC1(name) LIBC(name, (u32 a, const struct wasm_memory *memory), a)
#define LIBC2(name) LIBC(name, (u32 a, u32 b, const struct wasm_memory *memory), a, b)
#define LIBC3(name) LIBC(name, (u32 a, u32 b, u32 c, const struct wasm_memory *memory), a, b, c)

LIBC1(strlen)
LIBC2(stpcpy)
LIBC2(strcat)
LIBC2(strchr)
LIBC2(strchrnul)
LIBC2(strcmp_difference)
LIBC2(strcmp_order)
LIBC2(strcpy)
LIBC2(strnlen)
LIBC2(strrchr)
LIBC3(bcmp)
LIBC3(memchr)
LIBC3(memcmp)
LIBC3(memcpy)
LIBC3(memmove)
LIBC3(mempcpy)
LIBC3(memrchr)
LIBC3(memset)
LIBC3(stpncpy)
LIBC3(strncat)
LIBC3(strncmp_difference)
LIBC3(strncmp_order)
LIBC3(strncpy)
