/* UTF-8, UTF-16 and paths. */
#include "windows.h"

static u32 next_utf8(const u8 **at, const u8 *end)
{
    u8 first = *(*at)++;
    if (first < 0x80)
        return first;
    u32 more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : 0;
    if (more == 0 || end - *at < more)
        return 0xfffd;
    u32 value = first & (0x3f >> more);
    for (u32 i = 0; i < more; i++) {
        if (((*at)[i] & 0xc0) != 0x80)
            return 0xfffd;
        value = value << 6 | ((*at)[i] & 0x3f);
    }
    *at += more;
    return value;
}

size_t utf16_from_utf8(wchar *to, size_t room, const char *from, size_t size)
{
    size_t used = 0;
    for (const u8 *at = (const u8 *)from, *end = at + size; at < end;) {
        u32 value = next_utf8(&at, end);
        wchar units[2] = {(wchar)value, 0};
        size_t count = value > 0xffff ? 2 : 1;
        if (count == 2)
            units[0] = (wchar)(0xd7c0 + (value >> 10)), units[1] = (wchar)(0xdc00 | (value & 0x3ff));
        for (size_t i = 0; i < count; i++, used++)
            if (to != NULL && used < room)
                to[used] = units[i];
    }
    return used;
}

size_t utf8_from_utf16(char *to, size_t room, const wchar *from, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        u32 value = from[i];
        if (value >= 0xd800 && value < 0xdc00 && i + 1 < size && (from[i + 1] & 0xfc00) == 0xdc00)
            value = ((value - 0xd7c0) << 10) | (from[++i] & 0x3ff);
        else if ((value & 0xf800) == 0xd800)
            value = 0xfffd;
        u32 more = value >= 0x10000 ? 3 : value >= 0x800 ? 2 : value >= 0x80 ? 1 : 0;
        static const u8 leads[4] = {0, 0xc0, 0xe0, 0xf0};
        for (u32 part = 0; part <= more; part++, used++) {
            u32 bits = value >> 6 * (more - part);
            if (to != NULL && used < room)
                to[used] = (char)(part == 0 ? leads[more] | bits : 0x80 | (bits & 0x3f));
        }
    }
    return used;
}

size_t wide_length(const wchar *text)
{
    size_t length = 0;
    while (text[length] != 0)
        length++;
    return length;
}

size_t windows_path(wchar *to, size_t room, const char *path)
{
    char absolute[8192];
    size_t at = 0;
    if (path[0] != '/') {
        SYSCALL(SYS_getcwd, absolute, 4096);
        at = strlen(absolute);
        absolute[at++] = '/';
        if (path[0] == '.' && path[1] == '/')
            path += 2;
    }
    size_t length = strlen(path);
    memcpy(absolute + at, path, length);
    if (room < 3)
        return 0;
    to[0] = 'Z', to[1] = ':';
    size_t used = 2 + utf16_from_utf8(to + 2, room - 2, absolute, at + length);
    for (size_t i = 2; i < used && i < room; i++)
        if (to[i] == '/')
            to[i] = '\\';
    return used;
}
