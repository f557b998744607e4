/* Messages of a program that ends, put together and written at once, or in parts if they are long; there is no stdio. */

static struct {
    char bytes[512];
    u32 length;
} text;

static WASM_COLD void text_write(void) {
    process_write_error(text.bytes, text.length);
    text.length = 0;
}

static WASM_COLD void text_add(const char *string) {
    for (u32 at; *string; text.length = at + 1) {
        at = text.length;
        if (at == sizeof text.bytes) text_write(), at = 0;
        text.bytes[at] = *string++;
    }
}

static WASM_COLD void text_add_number(u64 number, u32 base) {
    char digits[21];
    char *first = digits + sizeof digits;
    *--first = 0;
    do *--first = "0123456789abcdef"[number % base];
    while (number /= base);
    text_add(first);
}

/* The message begins. */
static void text_begin(const char *string) {
#ifdef WASM_THREADED
    /* The first of several threads ends the others. */
    static u8 begun;
    while (__atomic_exchange_n(&begun, 1, __ATOMIC_RELAXED)) process_yield();
#endif
    text_add(string);
}

/* Of strings that follow one another. */
static WASM_COLD const char *text_nth(const char *strings, u32 index) {
    while (index--)
        while (*strings++) continue;
    return strings;
}

/* See profile.c. */
static void profile_write(void);

_Noreturn static WASM_COLD void text_end_process(int code) {
    text_add("\n");
    text_write();
    profile_write();
    process_exit(code);
}
