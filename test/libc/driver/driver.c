/* Calls functions of two builds of a module, one as it is and one with the runtime's routines in place of the C
   library's, on equal memories, and compares results, traps and memories. TYPED: `functions`, a table that the test
   writes. It is one translation unit with the runtime, whose trap hook it uses to go on after a trap. */
#include "runtime.c"

#include "../../spec/driver/traps.h"

/* Operands: p a place in memory, n a length, c a character. */
struct function {
    const char *name, *operands;
    bool writes;
    u32 (*plain)(u32, u32, u32), (*replaced)(u32, u32, u32);
};

extern const struct function functions[];
extern const u32 function_count, round_count;
extern struct wasm_memory *const memory_of_plain, *const memory_of_replaced;

#define WINDOW 1024
#define FULL 0x100000000ull

static u64 state = 88172645463325252ull;
static u32 failures;

static u32 below(u32 limit) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (u32)((state >> 32) % limit);
}

static void print_number(u64 number) {
    char digits[17];
    for (u32 i = 0; i < 16; i++) digits[i] = "0123456789abcdef"[number >> (60 - 4 * i) & 15];
    digits[16] = 0;
    print(" ");
    print(digits);
}

/* The same random bytes in both memories. Strings of few letters are often equal for a while, and end here and there. */
static void fill(u64 from, u64 to, u32 ends) {
    static const u8 letters[] = {'a', 'a', 'a', 'b', 0x80, 0xff, 1};
    for (u64 at = from; at < to; at++) {
        u8 byte = below(100) < ends ? 0 : letters[below(sizeof letters)];
        memory_of_plain->base[at] = memory_of_replaced->base[at] = byte;
    }
}

static bool same_bytes(u64 from, u64 to) {
    for (u64 at = from; at < to; at++)
        if (memory_of_plain->base[at] != memory_of_replaced->base[at]) return false;
    return true;
}

/* Places near the two ends of memory, near the end of a page, and beyond. */
static u32 random_place(u64 size) {
    switch (below(8)) {
    case 0: return below(WINDOW / 4);
    case 1:
    case 2: return (u32)(size - 1 - below(WINDOW / 4));
    case 3: return (u32)(size + below(8) - 4);
    case 4: return size < FULL ? (u32)(0 - below(300)) : below(200);
    default: return (u32)(size / 2 - WINDOW / 4 + below(WINDOW / 2));
    }
}

static void random_arguments(const struct function *function, u64 size, u32 *arguments) {
    u32 places = 0;
    for (u32 i = 0; function->operands[i]; i++) {
        u32 *argument = &arguments[i];
        switch (function->operands[i]) {
        case 'p':
            *argument = random_place(size);
            if (places++ && below(3) == 0) *argument = arguments[0] + below(80) - 40;
            break;
        case 'c': {
            static const u32 characters[] = {0, 'a', 'b', 0x80, 0xff, 'z', 0x100, 0x161, 0xffffffff, 0xffffff80};
            *argument = characters[below(sizeof characters / sizeof *characters)];
            break;
        }
        default:
            *argument = below(3) ? below(40) : below(200);
            if (size == FULL) break;
            if (below(10) == 0) *argument = 0 - below(200);
            /* Just what is left of memory. */
            if (below(6) == 0 && size - arguments[0] < WINDOW) *argument = (u32)size - arguments[0] + below(3) - 1;
        }
    }
}

struct outcome {
    bool trapped;
    const char *trap; /* "" for none */
    u32 result;
};

static struct outcome call(u32 (*function)(u32, u32, u32), const u32 *arguments) {
    static volatile struct outcome outcome;
    outcome.trapped = true;
    outcome.trap = "";
    outcome.result = 0;
    if (!jump_set(&after_trap)) {
        outcome.result = function(arguments[0], arguments[1], arguments[2]);
        outcome.trapped = false;
    } else {
        outcome.trap = last_trap;
    }
    return outcome;
}

static void report(const struct function *function, const u32 *arguments, struct outcome a, struct outcome b) {
    print(function->name);
    for (u32 i = 0; i < 3; i++) print_number(arguments[i]);
    print(a.trapped ? ": traps" : ": gives");
    print_number(a.result);
    print(b.trapped ? ", replaced traps" : ", replaced gives");
    print_number(b.result);
    print("\n");
    failures++;
}

/* Makes memories equal again. In the largest memory nothing is written outside of the windows. */
static void clear(u64 windows[3][2], u64 size) {
    for (u32 i = 0; i < 3; i++) {
        u64 from = size < FULL ? 0 : windows[i][0], count = size < FULL ? size : windows[i][1] - from;
        __builtin_memset(memory_of_plain->base + from, 0, count);
        __builtin_memset(memory_of_replaced->base + from, 0, count);
    }
}

static void compare(const struct function *function, u64 size) {
    u64 windows[][2] = {{0, WINDOW}, {size / 2 - WINDOW, size / 2 + WINDOW}, {size - WINDOW, size}};
    static const u32 densities[] = {0, 1, 1, 3, 10, 40};
    for (u32 round = 0; round < round_count && failures < 10; round++) {
        /* Strings end after the last place in memory, if memory does not. */
        u32 ends = size < FULL ? densities[below(6)] : 3;
        if (round % 8 == 0)
            for (u32 i = 0; i < 3; i++) fill(windows[i][0], windows[i][1], ends);
        if (round % 4 == 0)
            memory_of_plain->base[size - 1] = memory_of_replaced->base[size - 1] = (u8)(below(2) ? 0 : 'a');
        u32 arguments[3] = {0};
        random_arguments(function, size, arguments);
        struct outcome a = call(function->plain, arguments), b = call(function->replaced, arguments);
        bool same = a.trapped == b.trapped && same_text(a.trap, b.trap, false) && a.result == b.result;
        if (a.trapped) {
            /* What is written before a trap no one sees. */
            if (function->writes) clear(windows, size);
        } else if (function->writes) {
            for (u32 i = 0; i < 3; i++) same &= same_bytes(windows[i][0], windows[i][1]);
            if (round % 512 == 0 && size < FULL) same &= same_bytes(0, size);
        }
        if (!same) report(function, arguments, a, b);
    }
}

void libc_run(void) {
    wasm_trap_handler = on_trap;
    for (u32 i = 0; i < function_count; i++) compare(&functions[i], memory_of_plain->size);
    /* A string that leaves the largest memory goes on at its start; one copied to itself without a limit, for ever. */
    bool large = wasm_memory_grow(memory_of_plain, 0x10000 - memory_of_plain->pages) != (u64)-1 &&
                 wasm_memory_grow(memory_of_replaced, 0x10000 - memory_of_replaced->pages) != (u64)-1;
    for (u32 i = 0; large && i < function_count; i++)
        if (!functions[i].writes || functions[i].operands[2] == 'n') compare(&functions[i], FULL);
    print(large ? "done\n" : "done without 4 GiB\n");
    wasm_exit(failures != 0);
}
