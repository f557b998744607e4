/* For drivers that are one translation unit with the runtime: a trap goes back to where the driver waits for it. */
#ifndef SPEC_TRAPS_H
#define SPEC_TRAPS_H

#include "jump.h"

static struct jump after_trap;
static const char *last_trap;

static void on_trap(const char *trap) {
    last_trap = trap;
    jump_to(&after_trap);
}

static void print(const char *text) {
    u64 size = 0;
    while (text[size]) size++;
    process_write_error(text, size);
}

static bool same_text(const char *a, const char *b, bool prefix) {
    while (*a && *a == *b) a++, b++;
    return *a == *b || (prefix && !*a) || (prefix && !*b);
}

#endif
