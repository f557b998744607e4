/* What changes names in a directory on macOS. */
#include "../files.h"
#include "errno.h"

int mkdirat(int directory, const char *path, u16 mode);
int unlinkat(int directory, const char *path, int flags);
int renameat(int from_directory, const char *from, int to_directory, const char *to);
int linkat(int from_directory, const char *from, int to_directory, const char *to, int flags);
int symlinkat(const char *target, int directory, const char *path);
i64 readlinkat(int directory, const char *path, char *target, size_t size);

enum { POSIX_AT_REMOVEDIR = 0x80 };

INTERNAL u16 file_make_directory(file_handle directory, const char *name) {
    return posix_error(mkdirat((int)directory, name, 0777));
}

INTERNAL u16 file_remove_directory(file_handle directory, const char *name) {
    return posix_error(unlinkat((int)directory, name, POSIX_AT_REMOVEDIR));
}

/* The system says EPERM of a directory, and of a file that may not be removed. */
INTERNAL u16 file_unlink(file_handle directory, const char *name) {
    struct file_status status;
    u16 error = posix_error(unlinkat((int)directory, name, 0));
    if (error == WASI_EPERM && !file_status_at(directory, name, &status) &&
        status.type == WASI_FILETYPE_DIRECTORY)
        return WASI_EISDIR;
    return error;
}

INTERNAL u16 file_rename(
    file_handle from_directory, const char *from, file_handle to_directory, const char *to) {
    return posix_error(renameat((int)from_directory, from, (int)to_directory, to));
}

INTERNAL u16 file_link(
    file_handle from_directory, const char *from, file_handle to_directory, const char *to) {
    return posix_error(linkat((int)from_directory, from, (int)to_directory, to, 0));
}

INTERNAL u16 file_make_link(const char *target, file_handle directory, const char *name) {
    return posix_error(symlinkat(target, (int)directory, name));
}

INTERNAL u16 file_read_link(
    file_handle directory, const char *name, void *target, u64 size, u64 *target_size) {
    char none;
    /* The system refuses an empty buffer before it looks for the link. */
    i64 result =
        readlinkat((int)directory, name, size ? target : &none, size ? size : sizeof none);
    *target_size = size ? (u64)result : 0;
    return posix_error(result);
}
