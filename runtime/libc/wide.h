/* The same loops over 32 bytes at a time, for processors that turn out to have AVX2 where a program is compiled for any
   x64. They stand in the function that they work for, so that a fault names it: a function of its own, as compilers want
   for instructions that others lack, would be another place. Not where small counts more than fast. */
#include "../wide.h"

#ifdef WASM_WIDE
#define LIBC_WIDE

/* Beyond this, copies are the runtime's (builtins/bytes.h). */
#define WIDE_LEFT_TO_MEMMOVE 1024

/* Makes the mask of what was found in ymm1 and ymm2; goes on at 1 if that is 0 and there is another group. */
#define WIDE_NEXT_UNLESS(counted, next)                   \
    "vpmovmskb %%ymm1, %k[low]\n\t"                       \
    "vpmovmskb %%ymm2, %k[mask]\n\t"                      \
    "shl $32, %[mask]\n\t"                                \
    "or %[low], %[mask]\n\t" counted "jne 2f\n\t" next    \
    "jb 1b\n"                                             \
    "2:\n\tvzeroupper"

/* The first group from *group on, which begins at a multiple of GROUP, of which a byte is `value`, in the first group one
   that `counted` has a bit for: its mask. 0 if none before `end` is. */
WASM_INLINE u64 wide_find(const u8 **group, const u8 *end, u8 value, u64 counted)
{
    u64 mask, low;
    __asm__ volatile(
        "vmovd %[value], %%xmm0\n\t"
        "vpbroadcastb %%xmm0, %%ymm0\n"
        "1:\n\t"
        "vpcmpeqb (%[group]), %%ymm0, %%ymm1\n\t"
        "vpcmpeqb 32(%[group]), %%ymm0, %%ymm2\n\t"
        WIDE_NEXT_UNLESS("and %[counted], %[mask]\n\t",
                         "mov $-1, %[counted]\n\tadd $64, %[group]\n\tcmp %[end], %[group]\n\t")
        : [group] "+&r"(*group), [counted] "+&r"(counted), [mask] "=&r"(mask), [low] "=&r"(low)
        : [end] "r"(end), [value] "r"((u32)value)
        : "xmm0", "xmm1", "xmm2", "cc", "memory");
    return mask;
}

/* The same for `value` or NUL. */
WASM_INLINE u64 wide_find_or_nul(const u8 **group, const u8 *end, u8 value, u64 counted)
{
    u64 mask, low;
    __asm__ volatile(
        "vmovd %[value], %%xmm0\n\t"
        "vpbroadcastb %%xmm0, %%ymm0\n\t"
        "vpxor %%xmm3, %%xmm3, %%xmm3\n"
        "1:\n\t"
        "vmovdqa (%[group]), %%ymm1\n\t"
        "vmovdqa 32(%[group]), %%ymm2\n\t"
        "vpxor %%ymm0, %%ymm1, %%ymm4\n\t"
        "vpxor %%ymm0, %%ymm2, %%ymm5\n\t"
        "vpminub %%ymm4, %%ymm1, %%ymm1\n\t"
        "vpminub %%ymm5, %%ymm2, %%ymm2\n\t"
        "vpcmpeqb %%ymm3, %%ymm1, %%ymm1\n\t"
        "vpcmpeqb %%ymm3, %%ymm2, %%ymm2\n\t"
        WIDE_NEXT_UNLESS("and %[counted], %[mask]\n\t",
                         "mov $-1, %[counted]\n\tadd $64, %[group]\n\tcmp %[end], %[group]\n\t")
        : [group] "+&r"(*group), [counted] "+&r"(counted), [mask] "=&r"(mask), [low] "=&r"(low)
        : [end] "r"(end), [value] "r"((u32)value)
        : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "cc", "memory");
    return mask;
}

/* The first of the groups at x + *at, before x + end, that differs from that at y, or has a NUL if `or_nul`: the mask of
   these bytes. 0 if none does, and *at is at or behind the end. */
WASM_INLINE u64 wide_compare(const u8 *x, const u8 *y, u64 *at, u64 end, bool or_nul)
{
    u64 mask, low;
#define WIDE_COMPARE(and_nul)                                                                                            \
    __asm__ volatile(                                                                                                    \
        "vpxor %%xmm3, %%xmm3, %%xmm3\n"                                                                                 \
        "1:\n\t"                                                                                                         \
        "vmovdqu (%[x],%[at]), %%ymm4\n\t"                                                                               \
        "vmovdqu 32(%[x],%[at]), %%ymm5\n\t"                                                                             \
        "vpcmpeqb (%[y],%[at]), %%ymm4, %%ymm1\n\t"                                                                      \
        "vpcmpeqb 32(%[y],%[at]), %%ymm5, %%ymm2\n\t" and_nul                                                            \
        "vpcmpeqb %%ymm3, %%ymm1, %%ymm1\n\t"                                                                            \
        "vpcmpeqb %%ymm3, %%ymm2, %%ymm2\n\t"                                                                            \
        WIDE_NEXT_UNLESS("", "add $64, %[at]\n\tcmp %[end], %[at]\n\t")                                                  \
        : [at] "+&r"(*at), [mask] "=&r"(mask), [low] "=&r"(low)                                                          \
        : [x] "r"(x), [y] "r"(y), [end] "r"(end)                                                                         \
        : "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "cc", "memory")
    if (or_nul) {
        WIDE_COMPARE("vpand %%ymm4, %%ymm1, %%ymm1\n\tvpand %%ymm5, %%ymm2, %%ymm2\n\t");
    } else {
        WIDE_COMPARE("");
    }
#undef WIDE_COMPARE
    return mask;
}

/* Copies what may overlap: `count` bytes, 33 at least. A function of its own, since its callers know that all of them are
   there. Up to 128 bytes are loaded before any is stored; of more the last 64, which then overlap those before. What was
   stored 32 bytes at a time can be loaded so before it has left the processor. */
static __attribute__((noinline, unused)) void wide_move(u8 *to, const u8 *from, u64 count)
{
    u8 *last_to = to + count;
    const u8 *last_from = from + count;
#define WIDE_CLOBBERED "xmm0", "xmm1", "xmm2", "xmm3", "cc", "memory"
    if (count <= 64) {
        __asm__ volatile(
            "vmovdqu (%[from]), %%ymm0\n\t"
            "vmovdqu -32(%[last_from]), %%ymm1\n\t"
            "vmovdqu %%ymm0, (%[to])\n\t"
            "vmovdqu %%ymm1, -32(%[last_to])\n\t"
            "vzeroupper"
            :
            : [to] "r"(to), [from] "r"(from), [last_to] "r"(last_to), [last_from] "r"(last_from)
            : WIDE_CLOBBERED);
    } else if (count <= 128) {
        __asm__ volatile(
            "vmovdqu (%[from]), %%ymm0\n\t"
            "vmovdqu 32(%[from]), %%ymm1\n\t"
            "vmovdqu -64(%[last_from]), %%ymm2\n\t"
            "vmovdqu -32(%[last_from]), %%ymm3\n\t"
            "vmovdqu %%ymm0, (%[to])\n\t"
            "vmovdqu %%ymm1, 32(%[to])\n\t"
            "vmovdqu %%ymm2, -64(%[last_to])\n\t"
            "vmovdqu %%ymm3, -32(%[last_to])\n\t"
            "vzeroupper"
            :
            : [to] "r"(to), [from] "r"(from), [last_to] "r"(last_to), [last_from] "r"(last_from)
            : WIDE_CLOBBERED);
    } else if ((u64)to - (u64)from >= count) {
        last_to -= 64;
        __asm__ volatile(
            "vmovdqu -64(%[last_from]), %%ymm2\n\t"
            "vmovdqu -32(%[last_from]), %%ymm3\n"
            "1:\n\t"
            "vmovdqu (%[from]), %%ymm0\n\t"
            "vmovdqu 32(%[from]), %%ymm1\n\t"
            "vmovdqu %%ymm0, (%[to])\n\t"
            "vmovdqu %%ymm1, 32(%[to])\n\t"
            "add $64, %[from]\n\t"
            "add $64, %[to]\n\t"
            "cmp %[last_to], %[to]\n\t"
            "jb 1b\n\t"
            "vmovdqu %%ymm2, (%[last_to])\n\t"
            "vmovdqu %%ymm3, 32(%[last_to])\n\t"
            "vzeroupper"
            : [to] "+&r"(to), [from] "+&r"(from)
            : [last_to] "r"(last_to), [last_from] "r"(last_from)
            : WIDE_CLOBBERED);
    } else {
        __builtin_memmove(to, from, count);
    }
#undef WIDE_CLOBBERED
}
#endif
