/* Runs the rows of a script and prints `line N: …` for each that fails, then `<passed> <failed>`. It is one translation
   unit with the runtime, whose trap hook it uses to go on after a trap. */
#include "runtime.c"

#include "driver.h"
#include "traps.h"

/* No grants, and the usual heap. */
#ifndef WASM_LIBRARY
const struct wasm_program wasm_program = {.name = "spec"};
#endif
const u64 wasm_gc_maximum = 1ull << 32;
/* What stacks of components run; no script has one. COFF's linkers want it all the same. */
void wasmZ3atasks__run(void) {
    wasm_fail("a script has no tasks");
}

static void print_number(u64 number, u32 base) {
    char digits[65];
    u32 at = sizeof digits - 1;
    digits[at] = 0;
    do {
        digits[--at] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number);
    print(digits + at);
}

/* The bits of a lane, against a canonical or an arithmetic NaN. */
static bool matches_nan(u64 bits, u32 width, u8 nan) {
    u64 canonical = width == 32 ? 0x7fc00000ull : 0x7ff8000000000000ull;
    u64 mask = width == 32 ? 0x7fffffffull : 0x7fffffffffffffffull;
    return nan == NAN_CANONICAL ? (bits & mask) == canonical : (bits & canonical) == canonical;
}

static bool matches(const value *got, const struct pattern *want) {
    switch (want->kind) {
    case KIND_NULL: return got->ref == 0;
    case KIND_FUNC:
    case KIND_ANY: return got->ref != 0;
    case KIND_I31: return (u64)got->ref & 1;
    /* No reference of the host's is so large. */
    case KIND_EQ: return (u64)got->ref & 1 || (u64)got->ref > 0x10000;
    case KIND_EXTERN: return (u64)got->ref == want->low;
    }
    u64 low = want->kind == KIND_I32 || want->kind == KIND_F32 ? got->i32 : got->half[0];
    u64 high = want->kind == KIND_V128 ? got->half[1] : 0;
    if (!want->width) return low == want->low && high == want->high;
    u32 size = want->kind == KIND_V128 ? 128 : want->width;
    for (u32 at = 0; at < size; at += want->width) {
        u64 half = at < 64 ? low : high, expected = at < 64 ? want->low : want->high;
        u64 mask = want->width == 32 ? 0xffffffffull : ~0ull;
        u64 lane = half >> (at % 64) & mask;
        u8 nan = want->nans[at / want->width];
        if (nan == NAN_EXACT ? lane != (expected >> (at % 64) & mask) : !matches_nan(lane, want->width, nan)) return false;
    }
    return true;
}

static bool matches_one(const value *got, const struct pattern *want) {
    for (u32 i = 0; i < want->alternatives; i++)
        if (matches(got, want + i)) return true;
    return false;
}

static void print_failure(const struct row *row, const char *what) {
    print("line ");
    print_number(row->line, 10);
    print(": ");
    print(what);
}

/* NULL, or what is wrong. */
static const char *check(const struct row *row, bool trapped, const value *results) {
    static const char *const MESSAGES[] = {
        [ASSERT_EXHAUSTION] = "call stack exhausted", [ASSERT_EXCEPTION] = "uncaught exception"};
    if (row->command == DO || row->command == ASSERT_RETURN) {
        if (trapped) return last_trap;
        const struct pattern *want = patterns + row->patterns;
        for (u32 i = 0; i < row->results; i++, want += want->alternatives)
            if (!matches_one(results + i, want)) return "wrong result";
        return 0;
    }
    if (!trapped) return "no trap";
    const char *message = row->command == ASSERT_TRAP ? row->message : MESSAGES[row->command];
    return same_text(message, last_trap, row->command == ASSERT_TRAP) ? 0 : last_trap;
}

void spec_run(void) {
    static value results[RESULTS_MAX];
    static volatile u32 passed, failed, at;
    wasm_trap_handler = on_trap;
    for (at = 0; at < row_count; at++) {
        const struct row *row = rows + at;
        static volatile bool trapped;
        trapped = true;
        for (u32 i = 0; i < RESULTS_MAX; i++) results[i].half[0] = results[i].half[1] = 0;
        if (!jump_set(&after_trap)) {
            row->call(arguments + row->arguments, results);
            if (wasm_exception.tag) wasm_exception_uncaught();
            trapped = false;
        }
        row = rows + at;
        const char *wrong = check(row, trapped, results);
        if (wrong) {
            print_failure(row, wrong);
            for (u32 i = 0; i < row->results && !trapped; i++) {
                print(" ");
                print_number(results[i].half[1], 16);
                print(":");
                print_number(results[i].half[0], 16);
            }
            print("\n");
        }
        if (row->command == DO && !wrong) continue;
        if (wrong) failed++;
        else passed++;
    }
    print("done ");
    print_number(passed, 10);
    print(" ");
    print_number(failed, 10);
    print("\n");
    wasm_exit(failed != 0);
}
