/*
 * The system's side of components: WASI 0.2 over the calls of preview 1, and tables of handles. It is compiled to WebAssembly
 * and linked to a component like a module of its own (compiler/component/link.ts): what it gets and gives lies in its own
 * memory, as the canonical ABI says, so nothing that a component passes can make it touch anything else.
 */
#ifndef WASM_COMPONENT_HOST_H
#define WASM_COMPONENT_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t i32;
typedef int64_t i64;

/* A function of an interface, for all versions of its track. */
#define HOST(interface, name) __attribute__((export_name(interface "#" name)))
#define EXPORT(name) __attribute__((export_name(name)))
#define PREVIEW1(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))

/* A string or list of bytes. */
struct bytes {
    u8 *at;
    u32 size;
};

/* Why the program is ended, in the order of the list. */
enum trap {
#define TRAP(name, words) TRAP_##name,
#include "traps.h"
#undef TRAP
};
__attribute__((import_module("wasm:component"), import_name("trap"))) void host_trap(u32 reason, u32 value);

_Noreturn static inline void fail(enum trap reason, u32 value) {
    host_trap(reason, value);
    __builtin_trap();
}

/* Memory that lives until the next call from outside. */
static void *scratch(u32 size, u32 alignment);
/* Memory that lives on. */
static void *allocate(u32 size);
static void release(void *place, u32 size);

/* At the beginning of each function that gives results in memory. */
static void host_begin(void);

static inline bool same_text(struct bytes a, struct bytes b) {
    return a.size == b.size && __builtin_memcmp(a.at, b.at, a.size) == 0;
}

#endif
