/* The runtime is one translation unit: the compiler sees all of it, drops what no one calls, and
   the linker what a program's modules do not.

   WASM_LIBRARY     for an object that is linked into a C program with a libc: no entry point
   WASM_RUNTIME_VERSION  its string, for those
   WASM_TRAP_HOOK   for test programs that go on after a trap
   WASM_LISTEN      for programs that are granted addresses
   WASM_NET         for components that import sockets: with WASM_LISTEN
   WASM_EMBED       for programs with embedded files
   WASM_THREADED    for programs that start threads; their modules are compiled with it too
   WASM_PROFILE     for programs that count their blocks
   WASM_GC          for programs with objects that are collected
   WASM_CPU_LEVEL   for modules compiled for a level of x86-64 above 1
   WASM_WITHOUT_ATOMICS, _FLAGS, _ROUNDING, _UNSTABLE
                    for programs that use none of that
   WASM_STACK_SIZE  bytes of stack for the program, 16 MiB unless given

   Calls of WASI that no one imports are declared static by who includes this. */

#include "module.h"
#include "program.h"
#include "table.h"
#include "platform/process.h"
#include "wasi/errno.h"
#include "wasi/listen.h"
#include "lock.h"

#include "builtins.c"

/* All that follows waits for the system or runs once: small counts more than fast. */
#ifdef __clang__
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)
#endif

#if defined(__linux__)
#include "platform/linux/process.c"
#include "platform/linux/wait.c"
#elif defined(_WIN32)
#include "platform/windows/process.c"
#include "platform/windows/wait.c"
#elif defined(__APPLE__)
#include "platform/posix/process.c"
#include "platform/posix/wait.c"
#else
#error "no process.c for this platform"
#endif

#include "text.c"
#include "profile.c"
#include "memory.c"
#include "trap.c"
#include "exception.c"
#ifdef WASM_CPU_LEVEL
#include "cpu.c"
#endif
#include "start.c"
#include "table.c"
#include "version.c"
#include "tail.c"
#ifndef WASM_WITHOUT_ATOMICS
#include "threads.c"
#endif
#include "wasi/wasi.c"

#ifdef __clang__
#pragma clang attribute pop
#endif

#if (defined(WASM_GC) || defined(WASM_MACHINE)) && !defined(WASM_LIBRARY)
#include "gc.c"
#endif
