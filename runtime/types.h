/* Number types, linkage and hints that every C file of the runtime and every generated file
   uses. */
#ifndef WASM_TYPES_H
#define WASM_TYPES_H

#include <stdbool.h>
#include <stddef.h>

typedef __UINT8_TYPE__ u8;
typedef __UINT16_TYPE__ u16;
typedef __UINT32_TYPE__ u32;
typedef __UINT64_TYPE__ u64;
typedef __INT8_TYPE__ i8;
typedef __INT16_TYPE__ i16;
typedef __INT32_TYPE__ i32;
typedef __INT64_TYPE__ i64;
typedef float f32;
typedef double f64;

/* COFF has no visibility: nothing is exported unless asked for. */
#ifdef _WIN32
#define WASM_HIDDEN
#else
#define WASM_HIDDEN __attribute__((visibility("hidden")))
#endif

/* What a module exports. In an executable it is there for its other modules alone: what is compiled for all systems would look
   for its address in a table of another object, as if it might be in a library, in ways that no table is needed for. */
#ifdef WASM_LIBRARY
#define WASM_EXPORTED
#else
#define WASM_EXPORTED WASM_HIDDEN
#endif

/* How generated code is called, and calls. Machine code of our own has one convention on all systems. */
#if defined(WASM_MACHINE) && defined(_WIN32) && defined(__x86_64__)
#define WASM_ABI __attribute__((sysv_abi))
#else
#define WASM_ABI
#endif

/* What the runtime offers to generated code. In a C program each module's object brings its own
   copy: the linker takes the first, as a whole, since all of it is weak. */
#ifdef WASM_LIBRARY
#define WASM_API WASM_HIDDEN __attribute__((weak))
#else
#define WASM_API WASM_HIDDEN WASM_ABI
#endif

/* State that each thread has of its own. Only the code of programs with threads is compiled with WASM_THREADED; their
   layout is known when they are linked, and macOS has one model for all. */
#if !defined(WASM_THREADED)
#define WASM_THREAD_LOCAL
#elif defined(__APPLE__)
#define WASM_THREAD_LOCAL __thread
#else
#define WASM_THREAD_LOCAL __thread __attribute__((tls_model("local-exec")))
#endif

/* A table of which most programs use the beginning. Executables for Linux have it behind all small state, which then shares
   a page with it: each page that a program touches takes as long as several system calls. */
#if defined(__linux__) && !defined(WASM_LIBRARY)
#define WASM_BULK __attribute__((section(".bss.0bulk")))
#else
#define WASM_BULK
#endif

/* For the runtime's own functions: it is one translation unit, and a program uses only some of
   them. */
#define INTERNAL static __attribute__((unused))

#define WASM_COLD __attribute__((cold, noinline))

#endif
