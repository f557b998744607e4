/* SIMD and relaxed SIMD through the vector types of gcc and clang, which map to the machine's own instructions. Generated C
   includes it where a module uses v128. */
#ifndef WASM_SIMD_H
#define WASM_SIMD_H

#include "simd/types.h"
#include "simd/lanes.h"
#include "simd/memory.h"
#include "simd/integer.h"
#include "simd/widen.h"
#include "simd/float.h"
#include "simd/convert.h"
#include "simd/relaxed.h"

WASM_INLINE void keep_v128(v128 value)
{
#if defined(__x86_64__)
    __asm__ volatile("" : : "x"(value));
#elif defined(__aarch64__)
    __asm__ volatile("" : : "w"(value));
#else
    __asm__ volatile("" : : "m"(value));
#endif
}

#endif
