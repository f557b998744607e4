/* Names: UTF-8 and UTF-16, and which names a program may use. */
#include "../files.h"
#include "errno.h"

#define WIN_NAME_MAX 255

/* One code point; half of a surrogate pair, which a name of Windows may hold alone, is kept as
   three bytes. Advances `text`. Answers ~0 for bytes that are no UTF-8. */
static u32 win_decode(const u8 **text) {
    static const u32 least[] = {0, 0x80, 0x800, 0x10000};
    u32 first = *(*text)++;
    if (first < 0x80)
        return first;
    u32 more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    if (first < 0xc2 || first > 0xf4)
        return ~0u;
    u32 point = first & (0x3f >> more);
    for (u32 i = 0; i < more; i++) {
        if ((**text & 0xc0) != 0x80)
            return ~0u;
        point = point << 6 | (*(*text)++ & 0x3f);
    }
    return point < least[more] || point > 0x10ffff ? ~0u : point;
}

/* Text to at most `room` units; their number, or 0 if it does not fit or is no UTF-8. */
static u32 win_to_utf16(const char *text, u16 *units, u32 room) {
    const u8 *at = (const u8 *)text;
    u32 size = 0;
    while (*at) {
        u32 point = win_decode(&at);
        if (point == ~0u || size + 2 > room)
            return 0;
        if (point >= 0x10000) {
            units[size++] = (u16)(0xd800 + ((point - 0x10000) >> 10));
            units[size++] = (u16)(0xdc00 + (point & 0x3ff));
        } else {
            units[size++] = (u16)point;
        }
    }
    return size;
}

/* Units to bytes, three a unit at most; their number. Not NUL-terminated. */
static u32 win_from_utf16(const u16 *units, u32 count, char *text) {
    u32 size = 0;
    for (u32 i = 0; i < count; i++) {
        u32 point = units[i];
        u32 second = i + 1 < count ? units[i + 1] : 0;
        bool pair = (point & 0xfc00) == 0xd800 && (second & 0xfc00) == 0xdc00;
        if (pair)
            point = 0x10000 + ((point & 0x3ff) << 10) + (second & 0x3ff);
        i += pair;
        if (point < 0x80) {
            text[size++] = (char)point;
            continue;
        }
        u32 more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
        text[size++] = (char)((0xff00 >> (more + 1)) | point >> (6 * more));
        while (more--)
            text[size++] = (char)(0x80 | (point >> (6 * more) & 0x3f));
    }
    return size;
}

static u16 win_upper(u16 unit) {
    return unit >= 'a' && unit <= 'z' ? unit - 'a' + 'A' : unit;
}

static bool win_is_device(const u16 *name, u32 size, const char *device) {
    for (u32 i = 0; i < size; i++) {
        u16 unit = win_upper(name[i]);
        bool digit = (unit >= '0' && unit <= '9') || unit == 0xb9 || unit == 0xb2 || unit == 0xb3;
        if (device[i] == '#' ? !digit : unit != (u16)device[i])
            return false;
    }
    return device[size] == 0;
}

/* Names that other programs take for devices, with any extension; # stands for a digit. */
static bool win_is_reserved(const u16 *name, u32 size) {
    static const char devices[][8] = {
        "CON", "PRN", "AUX", "NUL", "COM#", "LPT#", "CONIN$", "CONOUT$"};
    u32 stem = 0;
    while (stem < size && name[stem] != '.')
        stem++;
    while (stem && name[stem - 1] == ' ')
        stem--;
    for (u32 i = 0; i < sizeof devices / sizeof *devices; i++) {
        if (win_is_device(name, stem, devices[i]))
            return true;
    }
    return false;
}

/* No separators, no alternate streams, no wildcards, nothing that Windows would cut off. */
static bool win_is_plain(const u16 *name, u32 size) {
    static const char refused[] = "<>:\"|?*\\/";
    for (u32 i = 0; i < size; i++) {
        for (u32 j = 0; refused[j]; j++) {
            if (name[i] == (u16)refused[j])
                return false;
        }
        if (name[i] < 0x20)
            return false;
    }
    return name[size - 1] != '.' && name[size - 1] != ' ';
}

/* A component's name in UTF-16; "." is the empty name, the directory itself. What cannot be a name
   is not found, or, where one is to be made, invalid. */
static u16 win_name(const char *text, bool make, u16 *units, u32 *size) {
    u16 refused = make ? WASI_EINVAL : WASI_ENOENT;
    *size = 0;
    if (text[0] == '.' && !text[1])
        return WASI_SUCCESS;
    u32 bytes = 0;
    while (text[bytes])
        bytes++;
    if (bytes > WIN_NAME_MAX * 3)
        return WASI_ENAMETOOLONG;
    *size = win_to_utf16(text, units, WIN_NAME_MAX * 3 + 2);
    if (*size == 0)
        return WASI_EILSEQ;
    if (*size > WIN_NAME_MAX)
        return WASI_ENAMETOOLONG;
    return win_is_plain(units, *size) && !win_is_reserved(units, *size) ? WASI_SUCCESS : refused;
}
