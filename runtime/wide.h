/* Programs that are compiled for any x64 processor find out whether it has AVX2 (compiler/c/wide.ts). Not where small counts
   more than fast. */
#ifndef WASM_WIDE_H
#define WASM_WIDE_H

#if defined(__x86_64__) && !defined(__AVX2__) && defined(__OPTIMIZE__) && !defined(__OPTIMIZE_SIZE__) && !defined(WASM_MACHINE)
#define WASM_WIDE
#include "cpu-features.h"

enum { WIDE_UNKNOWN, WIDE_ABSENT, WIDE_PRESENT };
static u8 wide_state;

/* So that who calls it keeps everything in registers. */
#ifdef __clang__
#define WIDE_COLD __attribute__((noinline, cold, preserve_most))
#else
#define WIDE_COLD __attribute__((noinline, cold))
#endif

static WIDE_COLD bool wide_find_out(void)
{
    bool present = cpu_is_wide();
    __atomic_store_n(&wide_state, present ? WIDE_PRESENT : WIDE_ABSENT, __ATOMIC_RELAXED);
    return present;
}

/* Asked when it first matters: the question leaves a virtual machine and costs programs without one its time. */
WASM_INLINE bool wide_is_present(void)
{
    u8 state = __atomic_load_n(&wide_state, __ATOMIC_RELAXED);
    if (UNLIKELY(state == WIDE_UNKNOWN)) return wide_find_out();
    return LIKELY(state == WIDE_PRESENT);
}

/* A function for such processors, which calls the always inlined form of one. It is one of its own, as compilers want. */
#define WIDE_CLONE(prototype, call)                                                   \
    WASM_HIDDEN __attribute__((noinline, target("avx2,bmi,bmi2,lzcnt,popcnt"))) prototype \
    {                                                                                 \
        call;                                                                         \
    }
#define WIDE_CALL(call) \
    if (wide_is_present()) call
#define WIDE_ROWS(table, count) table, count
#else
#define WIDE_CLONE(prototype, call)
#define WIDE_CALL(call)
#define WIDE_ROWS(table, count) NULL, 0
#endif
#define WIDE_BODY static inline __attribute__((always_inline))

#endif
