/* Reading and writing on Windows, slice by slice: there are no vectors. */
#include "../../wasi/types.h"
#include "../files.h"
#include "errno.h"
#include "sockets.h"

/* Position in a request: none, which is the file's own, or one of the two below. */
#define WIN_OWN_POSITION (~0ull - 1)
#define WIN_END_OF_FILE (~0ull)

static u16 win_read(win_handle file, void *data, u32 size, u64 offset, u32 *done) {
    struct win_overlapped place = {.offset = (u32)offset, .offset_high = (u32)(offset >> 32)};
    *done = 0;
    if (ReadFile(file, data, size, done, offset == WIN_OWN_POSITION ? NULL : &place))
        return WASI_SUCCESS;
    u32 error = GetLastError();
    /* The end of a file, or of a pipe whose writers are gone. */
    return error == 38 || error == 109 ? WASI_SUCCESS : win_error(error);
}

static u16 win_write(win_handle file, const void *data, u32 size, u64 offset, u32 *done) {
    struct win_overlapped place = {.offset = (u32)offset, .offset_high = (u32)(offset >> 32)};
    *done = 0;
    if (WriteFile(file, data, size, done, offset == WIN_OWN_POSITION ? NULL : &place))
        return WASI_SUCCESS;
    return win_last_error();
}

/* One slice after the other, until one is not filled. What is no file is asked once: it might make
   us wait. */
static u16 win_read_slices(
    win_handle file, const struct file_slice *slices, u32 count, u64 offset, u64 *done) {
    bool disk = GetFileType(file) == WIN_TYPE_DISK;
    *done = 0;
    for (u32 i = 0; i < count; i++) {
        u32 part;
        u64 place = offset == WIN_OWN_POSITION ? offset : offset + *done;
        if (slices[i].size == 0)
            continue;
        if (win_is_console(file))
            return win_read_console(file, slices[i].base, slices[i].size, done);
        u16 error = win_read(file, slices[i].base, (u32)slices[i].size, place, &part);
        if (error)
            return *done ? WASI_SUCCESS : error;
        *done += part;
        if (part < slices[i].size || !disk)
            break;
    }
    return WASI_SUCCESS;
}

static u16 win_write_slices(
    win_handle file, const struct file_slice *slices, u32 count, u64 offset, u64 *done) {
    bool console = win_is_console(file);
    *done = 0;
    for (u32 i = 0; i < count; i++) {
        u32 part = (u32)slices[i].size;
        u64 place = offset >= WIN_OWN_POSITION ? offset : offset + *done;
        u16 error = console ? win_write_console(file, slices[i].base, part)
                            : win_write(file, slices[i].base, part, place, &part);
        if (error)
            return *done ? WASI_SUCCESS : error;
        *done += part;
        if (part < slices[i].size)
            break;
    }
    return WASI_SUCCESS;
}

INTERNAL u16 file_read(file_handle file, const struct file_slice *slices, u32 count, u64 *done) {
    if (win_is_socket(file))
        return win_receive(file, slices, count, 0, done);
    return win_read_slices(win_file(file), slices, count, WIN_OWN_POSITION, done);
}

INTERNAL u16 file_write(
    file_handle file, const struct file_slice *slices, u32 count, bool append, u64 *done) {
    if (win_is_socket(file))
        return win_send(file, slices, count, done);
    return win_write_slices(
        win_file(file), slices, count, append ? WIN_END_OF_FILE : WIN_OWN_POSITION, done);
}

/* The system moves the file's position even if another one was given. */
INTERNAL u16 file_read_at(
    file_handle file, const struct file_slice *slices, u32 count, u64 offset, u64 *done) {
    u64 position, ignored;
    u16 error = file_seek(file, 0, WASI_WHENCE_CUR, &position);
    if (error)
        return error;
    error = win_read_slices(win_file(file), slices, count, offset, done);
    file_seek(file, (i64)position, WASI_WHENCE_SET, &ignored);
    return error;
}

INTERNAL u16 file_write_at(
    file_handle file, const struct file_slice *slices, u32 count, u64 offset, u64 *done) {
    u64 position, ignored;
    u16 error = file_seek(file, 0, WASI_WHENCE_CUR, &position);
    if (error)
        return error;
    error = win_write_slices(win_file(file), slices, count, offset, done);
    file_seek(file, (i64)position, WASI_WHENCE_SET, &ignored);
    return error;
}

/* WASI's whence is the system's. */
INTERNAL u16 file_seek(file_handle file, i64 offset, u32 whence, u64 *position) {
    i64 result;
    if (win_is_socket(file))
        return WASI_ESPIPE;
    if (GetFileType(win_file(file)) != WIN_TYPE_DISK)
        return WASI_ESPIPE;
    if (!SetFilePointerEx(win_file(file), offset, &result, whence))
        return win_last_error();
    *position = (u64)result;
    return WASI_SUCCESS;
}
