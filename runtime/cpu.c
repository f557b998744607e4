/* The processor that the module was compiled for, WASM_CPU_LEVEL of the x86-64 psABI: a lesser one is told so at the start,
   instead of by an illegal instruction somewhere in the program. */

#if WASM_CPU_LEVEL == 2
#define CPU_NEEDS "SSE4.2 and POPCNT"
#define CPU_LEVEL "2"
#else
#define CPU_NEEDS "AVX2, BMI2 and FMA"
#define CPU_LEVEL "3"
#endif

#include "cpu-features.h"

static bool cpu_suffices(void) {
    u32 features = cpu_id(1).c, more = cpu_id(0x80000001).c;
    /* SSE3, SSSE3, CMPXCHG16B, SSE4.1, SSE4.2, POPCNT; LAHF */
    if (!cpu_has(features, 1 << 0 | 1 << 9 | 1 << 13 | 1 << 19 | 1 << 20 | 1 << 23)) return false;
    if (!cpu_has(more, 1 << 0)) return false;
#if WASM_CPU_LEVEL >= 3
    /* FMA, MOVBE, F16C */
    if (!cpu_has(features, 1 << 12 | 1 << 22 | 1 << 29)) return false;
    if (!cpu_is_wide()) return false;
#endif
    return true;
}

static void cpu_check(void) {
    if (cpu_suffices()) return;
    text_begin("wasm-exe: ");
    text_add(wasm_program.name);
    text_add(" needs a processor with " CPU_NEEDS ": it was built with cpu 'x86-64-v" CPU_LEVEL "'");
    text_end_process(1);
}
