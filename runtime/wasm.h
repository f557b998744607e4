/* What generated C includes: the instructions of WebAssembly as inline functions. The module defines WASM_MODULE, its
   descriptor. */
#ifndef WASM_H
#define WASM_H

#include "module.h"
#include "table.h"

/* WebAssembly may leave unused, and compare with itself, whatever it likes. */
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wtautological-compare"

#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)
/* One instruction of WebAssembly is no place of its own for a debugger to stop in. */
#if defined(__clang__)
#define WASM_NO_DEBUG nodebug
#else
#define WASM_NO_DEBUG artificial
#endif
#define WASM_INLINE static inline __attribute__((always_inline, unused, WASM_NO_DEBUG))

#include "wide.h"

/* A large function, which stays one of its own: a trap in it has its name. */
#define NOT_INLINED __attribute__((noinline))
#if defined(__OPTIMIZE__) && !defined(__OPTIMIZE_SIZE__)
#define WASM_FOR_SPEED
#endif
/* The callee of a small function that calls itself: the form of it that is inlined; where nothing is optimized, or for
   size, the function. */
#ifdef WASM_FOR_SPEED
#define UNROLLED(function) function##_Zpart1
#else
#define UNROLLED(function) function
#endif
/* What is written to it is an effect, since a load may give it. */
#define KEPT_GLOBAL __attribute__((used))

#ifdef WASM_TRAPS_AT_CALLER
/* Functions that stand for one instruction: it is the one that called. */
#define TRAP(why, function, offset) wasm_trap_at(WASM_TRAP_##why, __builtin_return_address(0))
#else
extern WASM_HIDDEN const struct wasm_module WASM_MODULE;

/* Whoever links any part of a module from an archive gets the one with this, and with what other objects are compared with. */
#ifdef WASM_LIBRARY
static const struct wasm_module *const wasm_whole __attribute__((used)) = &WASM_MODULE;
#endif

/* One for each chunk, so that the many places that may trap pass three small numbers. */
static _Noreturn __attribute__((unused)) WASM_COLD void wasm_trap_here(
    const char *trap, u32 function, u32 offset)
{
    wasm_trap(trap, function, offset, &WASM_MODULE);
}
#define TRAP(why, function, offset) wasm_trap_here(WASM_TRAP_##why, function, offset)
#endif

#include "ops/memory.h"
#include "ops/popcount.h"
#include "ops/integer.h"
#include "ops/float.h"
#include "ops/convert.h"
#include "ops/bulk.h"
#include "ops/table.h"
#include "ops/keep.h"
#include "ops/start.h"

#endif
