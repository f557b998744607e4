/* What the system calls text is bytes; that of components is UTF-8, and what is not would end the program on its way there. */
#include "host.h"

/* How many bytes a character has that begins there; 0 if what stands there is none. */
static u32 character_size(const u8 *at, u32 left) {
    const u8 first = at[0];
    if (first < 0x80)
        return 1;
    const u32 size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    /* No longer than it has to be, no half of a pair, nothing beyond the last one. */
    const u8 least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const u8 most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (first < 0xc2 || first > 0xf4 || size > left || at[1] < least || at[1] > most)
        return 0;
    for (u32 i = 2; i < size; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    return size;
}

static bool is_text(const u8 *at, u32 size) {
    u32 next = 0, step;
    while (next < size && (step = character_size(at + next, size - next)))
        next += step;
    return next >= size;
}

/* Bytes that are no characters become U+FFFD: an argument or a variable, which cannot be refused, is still read. */
static struct bytes text_of(u8 *at, u32 size) {
    static const u8 replacement[] = {0xef, 0xbf, 0xbd};
    struct bytes text = {at, size};
    if (is_text(at, size))
        return text;
    text = (struct bytes){scratch(size * sizeof replacement, 1), 0};
    for (u32 next = 0; next < size;) {
        const u32 step = character_size(at + next, size - next);
        const u32 taken = step ? step : sizeof replacement;
        __builtin_memcpy(text.at + text.size, step ? at + next : replacement, taken);
        text.size += taken;
        next += step ? step : 1;
    }
    return text;
}
