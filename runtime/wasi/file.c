/* What is known about an open file, and its size, times and place on the disk. */
#include "fds.h"
#include "guest.h"

INTERNAL u16 put_filestat(u32 result, const struct file_status *status) {
    struct wasi_filestat stat = {
        .device = status->device,
        .inode = status->inode,
        .filetype = status->type,
        .links = status->links,
        .size = status->size,
        .accessed = status->accessed,
        .modified = status->modified,
        .changed = status->changed,
    };
    return guest_put(result, &stat) ? WASI_SUCCESS : WASI_EFAULT;
}

/* A time can be set to a value or to the present, not to both. */
INTERNAL u16 check_times(u32 flags) {
    u32 accessed = WASI_FSTFLAG_ATIM | WASI_FSTFLAG_ATIM_NOW;
    u32 modified = WASI_FSTFLAG_MTIM | WASI_FSTFLAG_MTIM_NOW;
    if ((flags & ~(u32)WASI_FSTFLAGS_ALL) || (flags & accessed) == accessed ||
        (flags & modified) == modified)
        return WASI_EINVAL;
    return WASI_SUCCESS;
}

static u16 fd_get_status(u32 number, struct file_status *status) {
    struct fd *fd;
    u16 error = fd_get(number, WASI_RIGHT_FD_FILESTAT_GET, &fd);
    return error ? error : file_status(fd->file, status);
}

WASM_API u32 wasi_snapshot_preview1__fd_filestat_get(u32 number, u32 result) {
    WASI_LOCKED;
    struct file_status status;
    u16 error = fd_get_status(number, &status);
    return error ? error : put_filestat(result, &status);
}

WASM_API u32 wasi_snapshot_preview1__fd_filestat_set_size(u32 number, u64 size) {
    WASI_LOCKED;
    struct fd *fd;
    u16 error = fd_get(number, WASI_RIGHT_FD_FILESTAT_SET_SIZE, &fd);
    if (error)
        return error;
    return (i64)size < 0 ? WASI_EINVAL : file_set_size(fd->file, size);
}

WASM_API u32 wasi_snapshot_preview1__fd_filestat_set_times(
    u32 number, u64 accessed, u64 modified, u32 flags) {
    WASI_LOCKED;
    struct file_times times = {.accessed = accessed, .modified = modified, .flags = flags};
    struct fd *fd;
    u16 error = fd_get(number, WASI_RIGHT_FD_FILESTAT_SET_TIMES, &fd);
    if (!error)
        error = check_times(flags);
    if (error)
        return error;
    return fd->read_only ? WASI_EROFS : file_set_times(fd->file, &times);
}

WASM_API u32 wasi_snapshot_preview1__fd_allocate(u32 number, u64 offset, u64 size) {
    WASI_LOCKED;
    struct fd *fd;
    u16 error = fd_get(number, WASI_RIGHT_FD_ALLOCATE, &fd);
    if (error)
        return error;
    if (size == 0 || (i64)offset < 0 || (i64)size < 0)
        return WASI_EINVAL;
    if ((i64)(offset + size) < 0)
        return WASI_EFBIG;
    return file_allocate(fd->file, offset, size);
}

WASM_API u32 wasi_snapshot_preview1__fd_advise(u32 number, u64 offset, u64 size, u32 advice) {
    WASI_LOCKED;
    struct fd *fd;
    u16 error = fd_get(number, WASI_RIGHT_FD_ADVISE, &fd);
    if (error)
        return error;
    if (advice > 5 || (i64)offset < 0 || (i64)size < 0)
        return WASI_EINVAL;
    /* Of a directory nothing is read ahead. */
    return fd->type == WASI_FILETYPE_DIRECTORY ? WASI_EBADF
                                               : file_advise(fd->file, offset, size, advice);
}

static u16 fd_write_back(u32 number, u64 rights, bool data_only) {
    struct fd_use use;
    struct fd *fd;
    u16 error = fd_get(number, rights, &fd);
    if (error)
        return error;
    fd = fd_use_begin(&use, fd);
    error = file_sync(fd->file, data_only);
    fd_use_end(&use);
    return error;
}

WASM_API u32 wasi_snapshot_preview1__fd_sync(u32 number) {
    WASI_LOCKED;
    return fd_write_back(number, WASI_RIGHT_FD_SYNC, false);
}

WASM_API u32 wasi_snapshot_preview1__fd_datasync(u32 number) {
    WASI_LOCKED;
    return fd_write_back(number, WASI_RIGHT_FD_DATASYNC, true);
}
