/* What the processor says that it can do. */
#ifndef WASM_CPU_FEATURES_H
#define WASM_CPU_FEATURES_H

struct cpu_features {
    u32 a, b, c, d;
};

static inline struct cpu_features cpu_id(u32 leaf) {
    struct cpu_features features;
    __asm__("cpuid"
            : "=a"(features.a), "=b"(features.b), "=c"(features.c), "=d"(features.d)
            : "a"(leaf), "c"(0));
    return features;
}

static inline bool cpu_has(u32 features, u32 wanted) {
    return (features & wanted) == wanted;
}

/* AVX2, and a system that keeps the registers of SSE and AVX. */
static inline bool cpu_has_avx2(void) {
    /* OSXSAVE, AVX */
    if (!cpu_has(cpu_id(1).c, 1 << 27 | 1 << 28)) return false;
    if (cpu_id(0).a < 7 || !cpu_has(cpu_id(7).b, 1 << 5)) return false;
    u32 kept, high;
    __asm__("xgetbv" : "=a"(kept), "=d"(high) : "c"(0));
    return cpu_has(kept, 1 << 1 | 1 << 2);
}

/* What WIDE_CLONE (wide.h) compiles for: with it BMI1 and BMI2, LZCNT and POPCNT. */
static inline bool cpu_is_wide(void) {
    return cpu_has_avx2() && cpu_has(cpu_id(7).b, 1 << 3 | 1 << 8) && cpu_has(cpu_id(1).c, 1 << 23) &&
           cpu_has(cpu_id(0x80000001).c, 1 << 5);
}

#endif
