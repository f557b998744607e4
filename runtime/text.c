/* Messages are put together here and written at once, or in parts if they are long; there is no
   stdio. */

struct text {
    char bytes[512];
    u32 length;
};

INTERNAL WASM_COLD void text_write_error(struct text *text) {
    process_write_error(text->bytes, text->length);
    text->length = 0;
}

INTERNAL WASM_COLD void text_add_bytes(struct text *text, const char *bytes, u64 size) {
    for (u64 i = 0; i < size; i++) {
        if (text->length == sizeof text->bytes) text_write_error(text);
        text->bytes[text->length++] = bytes[i];
    }
}

INTERNAL WASM_COLD void text_add(struct text *text, const char *string) {
    u64 size = 0;
    while (string[size]) size++;
    text_add_bytes(text, string, size);
}

INTERNAL WASM_COLD void text_add_number(struct text *text, u64 number, u32 base) {
    char digits[20];
    u32 first = sizeof digits;
    do {
        digits[--first] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number);
    text_add_bytes(text, digits + first, sizeof digits - first);
}
