/* A console takes and gives UTF-16, whatever its code page; programs write and read UTF-8. */
#include "../../lock.h"
#include "../files.h"
#include "errno.h"

static bool win_is_console(win_handle file) {
    u32 mode;
    return GetFileType(file) == WIN_TYPE_CHARACTER && GetConsoleMode(file, &mode);
}

/* Threads write one after the other, and read one after the other, but both at once. */
static struct lock win_write_lock __attribute__((unused)), win_read_lock __attribute__((unused));

/* The bytes of a character whose rest comes with the next write. */
static struct {
    u8 bytes[5]; /* and a NUL */
    u32 size;
} win_partial;

/* How many bytes a character has that begins so; a byte that begins none stands alone. */
static u32 win_character_size(u8 first) {
    return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
}

static u32 win_add_character(u16 *units, u32 size) {
    const u8 *text = win_partial.bytes;
    win_partial.bytes[win_partial.size] = 0;
    win_partial.size = 0;
    u32 point = win_decode(&text);
    if (point == ~0u)
        point = 0xfffd;
    if (point < 0x10000) {
        units[size++] = (u16)point;
    } else {
        units[size++] = (u16)(0xd800 + ((point - 0x10000) >> 10));
        units[size++] = (u16)(0xdc00 + (point & 0x3ff));
    }
    return size;
}

static u16 win_write_units(win_handle console, const u16 *units, u32 size) {
    while (size) {
        u32 written;
        if (!WriteConsoleW(console, units, size, &written, NULL))
            return win_last_error();
        units += written;
        size -= written;
    }
    return WASI_SUCCESS;
}

static u16 win_write_console(win_handle console, struct guest_bytes *bytes, u64 size) {
    LOCKED(win_write_lock);
    u16 units[512];
    u32 count = 0;
    u16 error = WASI_SUCCESS;
    for (u64 i = 0; i < size && !error; i++) {
        u8 byte;
        guest_bytes_read(&byte, guest_bytes_at(bytes, i), 1);
        bool continues = (byte & 0xc0) == 0x80;
        if (win_partial.size && !continues)
            count = win_add_character(units, count);
        win_partial.bytes[win_partial.size++] = byte;
        if (win_partial.size == win_character_size(win_partial.bytes[0]))
            count = win_add_character(units, count);
        if (count >= 508 || i + 1 == size) {
            error = win_write_units(console, units, count);
            count = 0;
        }
    }
    return error;
}

/* What was typed and not yet read by the program. */
static struct {
    char bytes[256 * 3];
    u32 at, size;
} win_typed;

/* Lines end as WASI's do: what a console has before a line feed is the Enter key's. @return what is left */
static u32 win_without_returns(u16 *units, u32 count) {
    u32 kept = 0;
    for (u32 i = 0; i < count; i++)
        if (units[i] != '\r')
            units[kept++] = units[i];
    return kept;
}

/* A line's beginning that is Ctrl-Z ends the input, as everywhere on Windows. */
static u16 win_read_console(win_handle console, struct guest_bytes *bytes, u64 size, u64 *done) {
    LOCKED(win_read_lock);
    *done = 0;
    if (win_typed.at == win_typed.size) {
        u16 units[256];
        u32 count, read;
        do {
            if (!ReadConsoleW(console, units, 255, &read, NULL))
                return win_last_error();
            /* A pair is not torn apart: its second half is read with it. */
            if (read && (units[read - 1] & 0xfc00) == 0xd800) {
                u32 second = 0;
                ReadConsoleW(console, units + read, 1, &second, NULL);
                read += second;
            }
            if (read && units[0] == 26)
                return WASI_SUCCESS;
            count = win_without_returns(units, read);
        } while (read && !count);
        win_typed.at = 0;
        win_typed.size = win_from_utf16(units, count, win_typed.bytes);
    }
    *done = win_typed.size - win_typed.at;
    *done = *done < size ? *done : size;
    guest_bytes_write(bytes, win_typed.bytes + win_typed.at, *done);
    win_typed.at += (u32)*done;
    return WASI_SUCCESS;
}
