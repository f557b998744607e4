/* Messages, put together and written at once, or in parts if they are long; there is no stdio. */

struct text {
    char bytes[512];
    u32 length;
};

static WASM_COLD void text_write(struct text *text) {
    process_write_error(text->bytes, text->length);
    text->length = 0;
}

static WASM_COLD void text_add(struct text *text, const char *string) {
    for (; *string; string++) {
        if (text->length == sizeof text->bytes) text_write(text);
        text->bytes[text->length++] = *string;
    }
}

static WASM_COLD void text_add_number(struct text *text, u64 number, u32 base) {
    char digits[21];
    char *first = digits + sizeof digits;
    *--first = 0;
    do *--first = "0123456789abcdef"[number % base];
    while (number /= base);
    text_add(text, first);
}

/* Of strings that follow one another. */
static WASM_COLD const char *text_nth(const char *strings, u32 index) {
    while (index--)
        while (*strings++) continue;
    return strings;
}

/* Prints a message and ends the process. The format takes the values in turn: %s a string's address, %d a number, %x one
   in hexadecimal digits. */
_Noreturn static WASM_COLD void text_end_process(int code, const char *format, u64 a, u64 b, u64 c, u64 d) {
    const u64 values[] = {a, b, c, d}, *value = values;
    struct text text;
    text.length = 0;
    for (char piece[] = {0, 0}; (*piece = *format); format++) {
        if (*format != '%') text_add(&text, piece);
        else if (*++format == 's') text_add(&text, (const char *)*value++);
        else text_add_number(&text, *value++, *format == 'd' ? 10 : 16);
    }
    text_write(&text);
    process_exit(code);
}
