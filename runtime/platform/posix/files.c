/* Files on macOS, through libSystem alone. What is imported of it, as the system's headers declare
   it. */
#include "../../wasi/types.h"
#include "../files.h"
#include "errno.h"

/* On x86-64 the functions that know inode numbers of 64 bits have names of their own. */
#ifdef __x86_64__
#define POSIX_INODE64(name) __asm__("_" name "$INODE64")
#else
#define POSIX_INODE64(name) __asm__("_" name)
#endif

/* Times are struct posix_time of process.c. */
struct posix_stat {
    i32 device;
    u16 mode, links;
    u64 inode;
    u32 user, group;
    i32 special_device, padding;
    struct posix_time accessed, modified, changed, born;
    i64 size, blocks;
    i32 block_size;
    u32 flags, generation, spare0;
    i64 spare1[2];
};

_Static_assert(sizeof(struct posix_stat) == 144, "struct stat");

/* struct statfs with inode numbers of 64 bits. */
struct posix_file_system {
    u32 block_size;
    i32 transfer_size;
    u64 blocks[3], files[2];
    i32 id[2];
    u32 owner, type, flags, subtype;
    char type_name[16], mounted_on[1024], mounted_from[1024];
    u32 more_flags, reserved[7];
};

_Static_assert(sizeof(struct posix_file_system) == 2168, "struct statfs");

int open(const char *path, int flags, ...);
int openat(int directory, const char *path, int flags, ...);
int close(int file);
int fcntl(int file, int command, ...);
i64 readv(int file, const struct file_slice *slices, int count);
i64 writev(int file, const struct file_slice *slices, int count);
i64 preadv(int file, const struct file_slice *slices, int count, i64 offset);
i64 pwritev(int file, const struct file_slice *slices, int count, i64 offset);
i64 lseek(int file, i64 offset, int whence);
int fsync(int file);
int ftruncate(int file, i64 size);
int isatty(int file);
int posix_fstat(int file, struct posix_stat *stat) POSIX_INODE64("fstat");
int posix_fstatat(int directory, const char *path, struct posix_stat *stat, int flags)
    POSIX_INODE64("fstatat");
int posix_fstatfs(int file, struct posix_file_system *system) POSIX_INODE64("fstatfs");
int futimens(int file, const struct posix_time times[2]);
int utimensat(int directory, const char *path, const struct posix_time times[2], int flags);

enum {
    POSIX_O_WRONLY = 1,
    POSIX_O_RDWR = 2,
    POSIX_O_NONBLOCK = 4,
    POSIX_O_APPEND = 8,
    POSIX_O_SYNC = 0x80,
    POSIX_O_NOFOLLOW = 0x100,
    POSIX_O_CREAT = 0x200,
    POSIX_O_TRUNC = 0x400,
    POSIX_O_EXCL = 0x800,
    POSIX_O_NOCTTY = 0x20000,
    POSIX_O_DIRECTORY = 0x100000,
    POSIX_O_DSYNC = 0x400000,
    POSIX_O_CLOEXEC = 0x1000000
};
enum { POSIX_AT_SYMLINK_NOFOLLOW = 0x20 };
enum {
    POSIX_F_GETFL = 3,
    POSIX_F_SETFL = 4,
    POSIX_F_PREALLOCATE = 42,
    POSIX_F_FULLFSYNC = 51,
    POSIX_F_DUPFD_CLOEXEC = 67
};
enum { POSIX_UTIME_NOW = -1, POSIX_UTIME_OMIT = -2 };

INTERNAL file_handle file_standard(u32 number) {
    return number;
}

/* An open file keeps away from the numbers of the standard streams, should the host have closed
   one: what the runtime prints must not end up in it. */
static u16 posix_opened(int result, file_handle *file) {
    u16 error = posix_error(result);
    if (!error && result < 3) {
        int low = result;
        result = fcntl(low, POSIX_F_DUPFD_CLOEXEC, 3);
        error = posix_error(result);
        close(low);
    }
    *file = result;
    return error;
}

INTERNAL u16 file_open_root(const char *path, file_handle *file) {
    return posix_opened(open(path, POSIX_O_DIRECTORY | POSIX_O_CLOEXEC), file);
}

static u16 posix_open(file_handle directory, const char *name, int flags, file_handle *file) {
    struct file_status status;
    u16 error;
    flags |= POSIX_O_NOFOLLOW | POSIX_O_CLOEXEC | POSIX_O_NOCTTY;
    do
        error = posix_opened(openat((int)directory, name, flags, 0666), file);
    while (error == WASI_EINTR);
    if (error == WASI_ENOTDIR && !file_status_at(directory, name, &status) &&
        status.type == WASI_FILETYPE_SYMBOLIC_LINK)
        return WASI_ELOOP;
    return error;
}

INTERNAL u16 file_open_directory(file_handle directory, const char *name, file_handle *file) {
    return posix_open(directory, name, POSIX_O_DIRECTORY, file);
}

INTERNAL u16 file_open(file_handle directory, const char *name, u32 flags, file_handle *file) {
    int mode = 0;
    if (flags & FILE_WRITE)
        mode |= flags & FILE_READ ? POSIX_O_RDWR : POSIX_O_WRONLY;
    mode |= flags & FILE_CREATE ? POSIX_O_CREAT : 0;
    mode |= flags & FILE_EXCLUSIVE ? POSIX_O_EXCL : 0;
    mode |= flags & FILE_TRUNCATE ? POSIX_O_TRUNC : 0;
    mode |= flags & FILE_DIRECTORY ? POSIX_O_DIRECTORY : 0;
    mode |= flags & FILE_APPEND ? POSIX_O_APPEND : 0;
    mode |= flags & FILE_NONBLOCK ? POSIX_O_NONBLOCK : 0;
    mode |= flags & FILE_SYNC ? POSIX_O_SYNC : 0;
    mode |= flags & FILE_DATA_SYNC ? POSIX_O_DSYNC : 0;
    return posix_open(directory, name, mode, file);
}

/* Pipes and sockets do, and so do disks in a network. */
INTERNAL bool file_may_wait(file_handle file) {
    (void)file;
    return true;
}

/* Whether it is on the file system of devices, but not the directory that this begins with; `unknown` where the system does
   not say. */
static bool posix_is_inside_devices(file_handle file, bool unknown) {
    struct posix_file_system system;
    struct posix_stat stat, above;
    if (posix_fstatfs((int)file, &system))
        return unknown;
    if (__builtin_memcmp(system.type_name, "devfs", 6))
        return false;
    if (posix_fstat((int)file, &stat) || posix_fstatat((int)file, "..", &above, 0))
        return true;
    return above.device == stat.device && above.inode != stat.inode;
}

/* In /dev/fd, the one directory of devices, each open file of the process is a file, whose opening gives what was opened
   before with the rights it has: it has to be granted itself. */
INTERNAL bool file_is_granted(file_handle granted, file_handle file) {
    return file_type(file) != WASI_FILETYPE_DIRECTORY || !posix_is_inside_devices(file, true) ||
           posix_is_inside_devices(granted, false);
}

INTERNAL void file_close(file_handle file) {
    close((int)file);
}

INTERNAL bool file_is_terminal(file_handle file) {
    return isatty((int)file) == 1;
}

/* A mode's type. Sockets are taken for streams. */
static u8 posix_type(u32 mode) {
    switch (mode & 0170000) {
    case 0020000:
        return WASI_FILETYPE_CHARACTER_DEVICE;
    case 0040000:
        return WASI_FILETYPE_DIRECTORY;
    case 0060000:
        return WASI_FILETYPE_BLOCK_DEVICE;
    case 0100000:
        return WASI_FILETYPE_REGULAR_FILE;
    case 0120000:
        return WASI_FILETYPE_SYMBOLIC_LINK;
    case 0140000:
        return WASI_FILETYPE_SOCKET_STREAM;
    default:
        return WASI_FILETYPE_UNKNOWN;
    }
}

static u64 posix_file_time(struct posix_time time) {
    return time.seconds < 0 ? 0 : posix_nanoseconds(time);
}

static u16 posix_status(int result, const struct posix_stat *stat, struct file_status *status) {
    u16 error = posix_error(result);
    if (error)
        return error;
    *status = (struct file_status){
        .device = (u32)stat->device,
        .inode = stat->inode,
        .links = stat->links,
        .size = (u64)stat->size,
        .accessed = posix_file_time(stat->accessed),
        .modified = posix_file_time(stat->modified),
        .changed = posix_file_time(stat->changed),
        .type = posix_type(stat->mode),
    };
    return WASI_SUCCESS;
}

INTERNAL u16 file_status(file_handle file, struct file_status *status) {
    struct posix_stat stat;
    return posix_status(posix_fstat((int)file, &stat), &stat, status);
}

INTERNAL u8 file_type(file_handle file) {
    struct posix_stat stat;
    return posix_fstat((int)file, &stat) ? WASI_FILETYPE_UNKNOWN : posix_type(stat.mode);
}

INTERNAL u16 file_status_at(file_handle directory, const char *name, struct file_status *status) {
    struct posix_stat stat;
    int result = posix_fstatat((int)directory, name, &stat, POSIX_AT_SYMLINK_NOFOLLOW);
    return posix_status(result, &stat, status);
}

static struct posix_time posix_time_to_set(u64 nanoseconds, bool set, bool now) {
    if (now || !set)
        return (struct posix_time){0, now ? POSIX_UTIME_NOW : POSIX_UTIME_OMIT};
    return (struct posix_time){
        (i64)(nanoseconds / POSIX_NANOSECONDS), (long)(nanoseconds % POSIX_NANOSECONDS)};
}

static void posix_times_to_set(const struct file_times *times, struct posix_time values[2]) {
    u32 flags = times->flags;
    values[0] = posix_time_to_set(
        times->accessed, flags & WASI_FSTFLAG_ATIM, flags & WASI_FSTFLAG_ATIM_NOW);
    values[1] = posix_time_to_set(
        times->modified, flags & WASI_FSTFLAG_MTIM, flags & WASI_FSTFLAG_MTIM_NOW);
}

INTERNAL u16 file_set_times(file_handle file, const struct file_times *times) {
    struct posix_time values[2];
    posix_times_to_set(times, values);
    return posix_error(futimens((int)file, values));
}

INTERNAL u16 file_set_times_at(
    file_handle directory, const char *name, const struct file_times *times) {
    struct posix_time values[2];
    posix_times_to_set(times, values);
    return posix_error(utimensat((int)directory, name, values, POSIX_AT_SYMLINK_NOFOLLOW));
}

INTERNAL u16 file_set_size(file_handle file, u64 size) {
    return posix_error(ftruncate((int)file, (i64)size));
}

/* Room is set aside behind the end of the file only; a file system that cannot do so still makes
   the file longer. */
INTERNAL u16 file_allocate(file_handle file, u64 offset, u64 size) {
    struct {
        u32 flags;
        i32 position_mode;
        i64 offset, size, allocated;
    } request = {.flags = 4 /* all or nothing */, .position_mode = 3 /* from the end */};
    struct file_status status;
    u16 error = file_status(file, &status);
    if (error || offset + size <= status.size)
        return error;
    request.size = (i64)(offset + size - status.size);
    error = posix_error(fcntl((int)file, POSIX_F_PREALLOCATE, &request));
    return error == WASI_ENOSPC || error == WASI_EDQUOT ? error
                                                        : file_set_size(file, offset + size);
}

/* The system finds out by itself. */
INTERNAL u16 file_advise(file_handle file, u64 offset, u64 size, u32 advice) {
    (void)file, (void)offset, (void)size, (void)advice;
    return WASI_SUCCESS;
}

/* fsync alone leaves the data in the drive's cache. */
INTERNAL u16 file_sync(file_handle file, bool data_only) {
    (void)data_only;
    if (fcntl((int)file, POSIX_F_FULLFSYNC) != -1)
        return WASI_SUCCESS;
    return posix_error(fsync((int)file));
}

INTERNAL u16 file_set_append(file_handle file, bool append) {
    int flags = fcntl((int)file, POSIX_F_GETFL);
    if (flags == -1)
        return posix_error(flags);
    flags = append ? flags | POSIX_O_APPEND : flags & ~POSIX_O_APPEND;
    return posix_error(fcntl((int)file, POSIX_F_SETFL, flags));
}

static bool posix_transferred(i64 result, u64 *done, u16 *error) {
    *done = (u64)result;
    *error = posix_error(result);
    return *error != WASI_EINTR;
}

INTERNAL u16 file_read(file_handle file, const struct file_slice *slices, u32 count, u64 *done) {
    u16 error;
    while (!posix_transferred(readv((int)file, slices, (int)count), done, &error))
        continue;
    return error;
}

INTERNAL u16 file_write(
    file_handle file, const struct file_slice *slices, u32 count, bool append, u64 *done) {
    u16 error;
    (void)append;
    while (!posix_transferred(writev((int)file, slices, (int)count), done, &error))
        continue;
    return error;
}

INTERNAL u16 file_read_at(
    file_handle file, const struct file_slice *slices, u32 count, u64 offset, u64 *done) {
    u16 error;
    while (!posix_transferred(preadv((int)file, slices, (int)count, (i64)offset), done, &error))
        continue;
    return error;
}

INTERNAL u16 file_write_at(
    file_handle file, const struct file_slice *slices, u32 count, u64 offset, u64 *done) {
    u16 error;
    while (!posix_transferred(pwritev((int)file, slices, (int)count, (i64)offset), done, &error))
        continue;
    return error;
}

/* WASI's whence is the system's. */
INTERNAL u16 file_seek(file_handle file, i64 offset, u32 whence, u64 *position) {
    i64 result = lseek((int)file, offset, (int)whence);
    *position = (u64)result;
    return posix_error(result);
}
