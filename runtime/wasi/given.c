/* What programs get beside WASI, for toolchains that leave it to whoever runs their modules: compiler/wasm/given.ts. */
#include "../module.h"
#include "../platform/process.h"
#include "guest.h"

/* Which of them a program has is known where the runtime is compiled with its C. Where it was compiled before, a module may
   bring functions of these names along: those count. */
#ifdef WASM_MACHINE
#define GIVEN_API WASM_API __attribute__((weak))
#else
#define GIVEN_API WASM_API
#endif

/* Emscripten: views of the memory are stale. No one has any. */
void env__emscripten_notify_memory_growth(u32 memory) GIVEN_API;
void env__emscripten_notify_memory_growth(u32 memory) {
    (void)memory;
}

/* AssemblyScript: what Math.random begins with. */
f64 env__seed(void) GIVEN_API;
f64 env__seed(void) {
    u64 bits = 0;
    process_random(&bits, sizeof bits);
    return (f64)(bits >> 11);
}

/* A character of UTF-16 as UTF-8; what could tell a terminal anything, and half a pair, as "?". */
static void given_add_character(u32 point) {
    char text[5] = {0};
    u32 more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3, at = 0;
    if (point < 0x20 || (point >= 0x7f && point < 0xa0) || (point & 0xfffff800) == 0xd800)
        point = '?', more = 0;
    text[at++] = (char)(more ? (0xff00 >> (more + 1)) | point >> (6 * more) : point);
    while (more--)
        text[at++] = (char)(0x80 | (point >> (6 * more) & 0x3f));
    text_add(text);
}

/* A string of AssemblyScript: UTF-16, its bytes counted before it. */
static void given_add_string(u32 string) {
    u32 size, high = 0;
    u16 unit;
    if (string < 4 || !guest_get(&size, string - 4) || !guest_range(string, size))
        return;
    for (u64 at = 0; at + 1 < size; at += 2) {
        guest_get(&unit, string + at);
        bool second = high && (unit & 0xfc00) == 0xdc00;
        if (high && !second)
            given_add_character(high);
        if (second)
            given_add_character(0x10000 + ((high & 0x3ff) << 10) + (unit & 0x3ff));
        high = (unit & 0xfc00) == 0xd800 ? unit : 0;
        if (!high && !second)
            given_add_character(unit);
    }
    if (high)
        given_add_character(high);
}

/* AssemblyScript: a failed assertion or an exception. The exit code is that of its own library for WASI. */
void env__abort(u32 message, u32 file, u32 line, u32 column) GIVEN_API;
void env__abort(u32 message, u32 file, u32 line, u32 column) {
    text_begin("abort: ");
    given_add_string(message);
    text_add(" in ");
    given_add_string(file);
    text_add("(");
    text_add_number(line, 10);
    text_add(":");
    text_add_number(column, 10);
    text_add(")");
    text_end_process(255);
}
