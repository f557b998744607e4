/* The table of open files: lookup, entry, and the calls that change the table itself. */
#include "fds.h"
#include "guest.h"

static WASM_BULK struct fd fds[FDS_MAX];

static void fd_enter_standard(u32 number) {
    struct fd *fd = &fds[number];
    fd->file = file_standard(number);
    fd->type = file_type(fd->file);
    /* A directory as standard input is no grant. */
    if (fd->type == WASI_FILETYPE_DIRECTORY)
        fd->type = WASI_FILETYPE_UNKNOWN;
    fd->rights_base = fd_rights(fd->file, fd->type);
    fd->state = FD_OPEN;
}

static bool fd_is_open(u32 number) {
    if (fds[number].state == FD_UNUSED && number < FD_GRANTED)
        fd_enter_standard(number);
    return fds[number].state == FD_OPEN;
}

INTERNAL u16 fd_get(u32 number, u64 rights, struct fd **fd) {
    if (number >= FDS_MAX || !fd_is_open(number))
        return WASI_EBADF;
    if (rights & ~fds[number].rights_base)
        return WASI_ENOTCAPABLE;
    *fd = &fds[number];
    return rights && fds[number].absent ? WASI_ENOENT : WASI_SUCCESS;
}

INTERNAL u16 fd_get_directory(u32 number, u64 rights, struct fd **fd) {
    preopens_open();
    u16 error = fd_get(number, 0, fd);
    if (error)
        return error;
    if ((*fd)->type != WASI_FILETYPE_DIRECTORY)
        return WASI_ENOTDIR;
    if (rights & ~(*fd)->rights_base)
        return WASI_ENOTCAPABLE;
    return (*fd)->absent ? WASI_ENOENT : WASI_SUCCESS;
}

static u16 fd_add_from(const struct fd *fd, u32 first, u32 *number) {
    for (u32 i = first; i < FDS_MAX; i++) {
        if (!fd_is_open(i)) {
            fds[i] = *fd;
            fds[i].state = FD_OPEN;
            *number = i;
            return WASI_SUCCESS;
        }
    }
    if (!fd->absent)
        file_close(fd->file);
    return WASI_EMFILE;
}

INTERNAL u16 fd_add(const struct fd *fd, u32 *number) {
    return fd_add_from(fd, 0, number);
}

INTERNAL u16 fd_add_granted(const struct fd *fd) {
    u32 number;
    return fd_add_from(fd, FD_GRANTED, &number);
}

INTERNAL u64 fd_rights(file_handle file, u8 type) {
    switch (type) {
    case WASI_FILETYPE_DIRECTORY:
        return RIGHTS_DIRECTORY;
    case WASI_FILETYPE_CHARACTER_DEVICE:
        /* wasi-libc's isatty looks for a character device that cannot seek. */
        return file_is_terminal(file) ? RIGHTS_STREAM : RIGHTS_FILE;
    case WASI_FILETYPE_SOCKET_DGRAM:
    case WASI_FILETYPE_SOCKET_STREAM:
        return RIGHTS_SOCKET;
    case WASI_FILETYPE_UNKNOWN:
        return RIGHTS_STREAM;
    default:
        return RIGHTS_FILE;
    }
}

static void fd_release(struct fd *fd) {
    if (!fd->absent) {
        file_close_stream(fd->file, &fd->stream);
        fd_close_file(fd->file);
    }
    *fd = (struct fd){.state = FD_CLOSED};
}

WASM_API u32 wasi_snapshot_preview1__fd_close(u32 number) {
    WASI_LOCKED;
    struct fd *fd;
    u16 error = fd_get(number, 0, &fd);
    if (error)
        return error;
    fd_release(fd);
    return WASI_SUCCESS;
}

/* `to` must be open: a program cannot choose free numbers. */
WASM_API u32 wasi_snapshot_preview1__fd_renumber(u32 from_number, u32 to_number) {
    WASI_LOCKED;
    struct fd *from, *to;
    preopens_open();
    u16 error = fd_get(from_number, 0, &from);
    if (error)
        return error;
    error = fd_get(to_number, 0, &to);
    if (error)
        return error;
    if (from == to)
        return WASI_SUCCESS;
    fd_release(to);
    *to = *from;
    *from = (struct fd){.state = FD_CLOSED};
    return WASI_SUCCESS;
}

WASM_API u32 wasi_snapshot_preview1__fd_fdstat_get(u32 number, u32 result) {
    WASI_LOCKED;
    struct fd *fd;
    u16 error = fd_get(number, 0, &fd);
    if (error)
        return error;
    struct wasi_fdstat stat = {
        .filetype = fd->type,
        .flags = fd_flags(fd),
        .rights_base = fd->rights_base,
        .rights_inheriting = fd->rights_inheriting,
    };
    return guest_put(result, &stat) ? WASI_SUCCESS : WASI_EFAULT;
}

/* Only rights that are there already can be asked for. */
WASM_API u32 wasi_snapshot_preview1__fd_fdstat_set_rights(u32 number, u64 base, u64 inheriting) {
    WASI_LOCKED;
    struct fd *fd;
    u16 error = fd_get(number, 0, &fd);
    if (error)
        return error;
    if ((base & ~fd->rights_base) || (inheriting & ~fd->rights_inheriting))
        return WASI_ENOTCAPABLE;
    fd->rights_base = base;
    fd->rights_inheriting = inheriting;
    return WASI_SUCCESS;
}

/* Waiting or not is decided here, call by call, so that a stream shared with other processes keeps
   its mode. */
WASM_API u32 wasi_snapshot_preview1__fd_fdstat_set_flags(u32 number, u32 flags) {
    WASI_LOCKED;
    struct fd *fd;
    u16 error = fd_get(number, WASI_RIGHT_FD_FDSTAT_SET_FLAGS, &fd);
    if (error)
        return error;
    if (flags & ~(u32)WASI_FDFLAGS_ALL)
        return WASI_EINVAL;
    u32 changed = flags ^ fd_flags(fd);
    if (changed & (WASI_FDFLAG_DSYNC | WASI_FDFLAG_RSYNC | WASI_FDFLAG_SYNC))
        return WASI_ENOTSUP;
    if (changed & WASI_FDFLAG_APPEND) {
        error = file_set_append(fd->file, flags & WASI_FDFLAG_APPEND);
        if (error)
            return error;
    }
    fd->flags = (u16)flags;
    return WASI_SUCCESS;
}
