/* path_open: from a path to an entry of the table. */
#include "fds.h"
#include "guest.h"
#include "resolve.h"

/* What the host is asked to open. */
static u32 open_flags(u64 rights, u32 oflags, u32 fdflags) {
    u32 flags = 0;
    flags |= rights & RIGHTS_READ ? FILE_READ : 0;
    flags |= rights & RIGHTS_WRITE ? FILE_WRITE : 0;
    flags |= oflags & WASI_OFLAG_CREAT ? FILE_CREATE : 0;
    flags |= oflags & WASI_OFLAG_EXCL ? FILE_EXCLUSIVE : 0;
    flags |= oflags & WASI_OFLAG_TRUNC ? FILE_TRUNCATE : 0;
    flags |= oflags & WASI_OFLAG_DIRECTORY ? FILE_DIRECTORY : 0;
    flags |= fdflags & WASI_FDFLAG_APPEND ? FILE_APPEND : 0;
    flags |= fdflags & WASI_FDFLAG_NONBLOCK ? FILE_NONBLOCK : 0;
    flags |= fdflags & (WASI_FDFLAG_SYNC | WASI_FDFLAG_RSYNC) ? FILE_SYNC : 0;
    flags |= fdflags & WASI_FDFLAG_DSYNC ? FILE_DATA_SYNC : 0;
    return flags;
}

/* Opens the last component; links are followed if asked for, or if a slash stands behind them. */
static u16 open_walked(struct walk *walk, bool follow, u32 flags, file_handle *file) {
    u16 error;
    for (;;) {
        if (walk->must_be_directory && (flags & FILE_CREATE))
            return WASI_EISDIR;
        if (walk->must_be_directory)
            flags |= FILE_DIRECTORY;
        error = file_open(walk->directory, walk->name, flags, file);
        if (error != WASI_ELOOP || !(follow || walk->must_be_directory))
            return error;
        error = walk_follow(walk);
        if (error)
            return error;
    }
}

/* A named pipe waits for its other end. */
static u16 open_path(
    struct fd *directory, u32 lookup, u32 path, u32 path_size, u32 flags, file_handle *file) {
    struct fd_use use;
    struct walk walk;
    directory = fd_use_begin(&use, directory);
    u16 error = walk_start(&walk, directory->file, path, path_size);
    if (!error)
        error = open_walked(&walk, lookup & WASI_LOOKUP_SYMLINK_FOLLOW, flags, file);
    walk_end(&walk);
    if (!error && !file_is_granted(directory->file, *file)) {
        file_close(*file);
        error = WASI_ENOTCAPABLE;
    }
    fd_use_end(&use);
    return error;
}

WASM_API u32 wasi_snapshot_preview1__path_open(u32 number, u32 lookup, u32 path, u32 path_size,
    u32 oflags, u64 rights_base, u64 rights_inheriting, u32 fdflags, u32 result) {
    WASI_LOCKED;
    struct file_status status;
    struct fd *directory;
    u64 needed = WASI_RIGHT_PATH_OPEN;
    u32 opened;
    if (oflags & WASI_OFLAG_CREAT)
        needed |= WASI_RIGHT_PATH_CREATE_FILE;
    if (oflags & WASI_OFLAG_TRUNC)
        needed |= WASI_RIGHT_PATH_FILESTAT_SET_SIZE;
    u16 error = fd_get_directory(number, needed, &directory);
    if (error)
        return error;
    if ((oflags & ~(u32)WASI_OFLAGS_ALL) || (fdflags & ~(u32)WASI_FDFLAGS_ALL) ||
        (lookup & ~(u32)WASI_LOOKUP_SYMLINK_FOLLOW) ||
        ((oflags & WASI_OFLAG_CREAT) && (oflags & WASI_OFLAG_DIRECTORY)))
        return WASI_EINVAL;
    if (!guest_range(result, sizeof(u32)))
        return WASI_EFAULT;
    /* Programs ask for all rights there are and take what they get; but of known rights none may be
       missing. */
    if ((rights_base | rights_inheriting) & RIGHTS_DEFINED & ~directory->rights_inheriting)
        return WASI_ENOTCAPABLE;
    /* A directory is opened to be read, whatever else is asked for. */
    if (oflags & WASI_OFLAG_DIRECTORY)
        rights_base &= ~RIGHTS_WRITE;
    u32 flags = open_flags(rights_base, oflags, fdflags);
    if (directory->read_only && (flags & (FILE_WRITE | FILE_CREATE | FILE_TRUNCATE)))
        return WASI_EROFS;
    struct fd fd = {
        .rights_inheriting = rights_inheriting & directory->rights_inheriting,
        .flags = (u16)fdflags,
        .read_only = directory->read_only,
    };
    error = open_path(directory, lookup, path, path_size, flags, &fd.file);
    if (error)
        return error;
    error = file_status(fd.file, &status);
    if (error) {
        file_close(fd.file);
        return error;
    }
    fd.type = status.type;
    fd.rights_base = rights_base & fd_rights(fd.file, fd.type);
    if (fd.type != WASI_FILETYPE_DIRECTORY)
        fd.rights_inheriting = 0;
    error = fd_add(&fd, &opened);
    if (!error)
        guest_put_u32(result, opened);
    return error;
}
