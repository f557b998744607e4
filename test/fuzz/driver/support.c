/* The runtime, with what the executables of random modules need beside it: a log on standard error, written as a whole
   at the end or at a trap. Compiled once for all of them. */
#define WASM_TRAP_HOOK
#include "runtime.c"

/* The usual heap. */
const u64 wasm_gc_maximum = 1ull << 32;
/* What COFF's linkers ask for, although nothing that is reached does. */
WASM_API const struct wasm_program wasm_program = {.name = "fuzz"};
void wasmZ3atasks__run(void) { wasm_fail("a random module has no tasks"); }

static char log_text[1 << 16];
static u32 log_length;

static void log_flush(void) {
    process_write_error(log_text, log_length);
    log_length = 0;
}

void fuzz_text(const char *text) {
    for (; *text; text++) {
        if (log_length == sizeof log_text) log_flush();
        log_text[log_length++] = *text;
    }
}

void fuzz_hex(u64 value, u32 digits) {
    char text[18] = " ";
    for (u32 i = 0; i < digits; i++)
        text[1 + i] = "0123456789abcdef"[value >> (4 * (digits - 1 - i)) & 15];
    text[1 + digits] = 0;
    fuzz_text(text);
}

/* Bits of floats whose NaNs the peer cannot tell apart. */
void fuzz_f32(f32 value) {
    u32 bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    if (value != value) fuzz_text(" nan");
    else fuzz_hex(bits, 8);
}

void fuzz_f64(f64 value) {
    u64 bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    if (value != value) fuzz_text(" nan");
    else fuzz_hex(bits, 16);
}

void fuzz_memory(const u8 *memory, u64 size) {
    u32 hash = 0x811c9dc5, word;
    for (u64 at = 0; at < size; at += sizeof word) {
        __builtin_memcpy(&word, memory + at, sizeof word);
        hash = (hash ^ word) * 0x01000193;
    }
    fuzz_text("memory");
    fuzz_hex(size, 16);
    fuzz_hex(hash, 8);
    fuzz_text("\n");
}

_Noreturn void fuzz_end(void) {
    fuzz_text("end\n");
    log_flush();
    wasm_exit(0);
}

static void log_trap(const char *trap) {
    fuzz_text("trap ");
    fuzz_text(trap);
    fuzz_text("\n");
    log_flush();
    wasm_exit(0);
}

/* What the imports of a module without exceptions throw ends the case, as it would anywhere. */
_Noreturn void fuzz_uncaught(void) {
    log_trap(WASM_TRAP_UNCAUGHT_EXCEPTION);
    wasm_exit(0);
}

/* The number of the case: the first argument. */
u32 fuzz_begin(void) {
    const char *text = process_args()[1];
    u32 number = 0;
    wasm_trap_handler = log_trap;
    for (; text && *text; text++) number = number * 10 + (u32)(*text - '0');
    return number;
}
