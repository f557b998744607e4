/* Files on Linux, by system calls alone. Wanted: 3.10 or later. */
#include "../../wasi/errno.h"
#include "../../wasi/types.h"
#include "../files.h"
#include "errno.h"
#include "syscall.h"

#define SYS_READV LINUX_SYSCALL_NUMBER(19, 65)
#define SYS_WRITEV LINUX_SYSCALL_NUMBER(20, 66)
#define SYS_PREADV LINUX_SYSCALL_NUMBER(295, 69)
#define SYS_PWRITEV LINUX_SYSCALL_NUMBER(296, 70)
#define SYS_LSEEK LINUX_SYSCALL_NUMBER(8, 62)
#define SYS_OPENAT LINUX_SYSCALL_NUMBER(257, 56)
#define SYS_CLOSE LINUX_SYSCALL_NUMBER(3, 57)
#define SYS_FSTAT LINUX_SYSCALL_NUMBER(5, 80)
#define SYS_NEWFSTATAT LINUX_SYSCALL_NUMBER(262, 79)
#define SYS_FSTATFS LINUX_SYSCALL_NUMBER(138, 44)
#define SYS_FCNTL LINUX_SYSCALL_NUMBER(72, 25)
#define SYS_IOCTL LINUX_SYSCALL_NUMBER(16, 29)
#define SYS_FTRUNCATE LINUX_SYSCALL_NUMBER(77, 46)
#define SYS_FALLOCATE LINUX_SYSCALL_NUMBER(285, 47)
#define SYS_FADVISE64 LINUX_SYSCALL_NUMBER(221, 223)
#define SYS_FSYNC LINUX_SYSCALL_NUMBER(74, 82)
#define SYS_FDATASYNC LINUX_SYSCALL_NUMBER(75, 83)
#define SYS_UTIMENSAT LINUX_SYSCALL_NUMBER(280, 88)

enum {
    O_WRONLY = 01,
    O_RDONLY = 0,
    O_RDWR = 02,
    O_CREAT = 0100,
    O_EXCL = 0200,
    O_NOCTTY = 0400,
    O_TRUNC = 01000,
    O_APPEND = 02000,
    O_NONBLOCK = 04000,
    O_DSYNC = 010000,
#ifdef __aarch64__
    O_DIRECTORY = 040000,
    O_NOFOLLOW = 0100000,
#else
    O_DIRECTORY = 0200000,
    O_NOFOLLOW = 0400000,
#endif
    O_CLOEXEC = 02000000,
    O_SYNC = 04010000,
    O_PATH = 010000000
};

enum { AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100 };
enum { F_GETFL = 3, F_SETFL = 4, F_DUPFD_CLOEXEC = 1030 };
enum { TCGETS = 0x5401 };
enum { UTIME_NOW = 0x3fffffff, UTIME_OMIT = 0x3ffffffe };
enum { EINTR = 4, EOPNOTSUPP = 95 };
enum {
    S_IFMT = 0170000,
    S_IFCHR = 0020000,
    S_IFDIR = 0040000,
    S_IFBLK = 0060000,
    S_IFREG = 0100000,
    S_IFLNK = 0120000,
    S_IFSOCK = 0140000
};

#define PROC_SUPER_MAGIC 0x9fa0

/* Times are struct linux_time of process.c. */
struct linux_stat {
    u64 device, inode;
#ifdef __x86_64__
    u64 links;
    u32 mode, user, group, padding0;
    u64 special_device;
    i64 size, block_size, blocks;
    struct linux_time accessed, modified, changed;
    i64 unused[3];
#else
    u32 mode, links, user, group;
    u64 special_device, padding0;
    i64 size;
    i32 block_size, padding1;
    i64 blocks;
    struct linux_time accessed, modified, changed;
    u32 unused[2];
#endif
};

/* In sockets.c. */
static bool linux_is_datagram(file_handle file);

INTERNAL file_handle file_standard(u32 number) {
    return number;
}

/* An open file keeps away from the numbers of the standard streams, should the host have closed
   one: what the runtime prints must not end up in it. */
static u16 linux_opened(i64 result, file_handle *file) {
    if (result >= 0 && result < 3) {
        i64 low = result;
        result = linux_syscall(SYS_FCNTL, low, F_DUPFD_CLOEXEC, 3);
        linux_syscall(SYS_CLOSE, low);
    }
    *file = result;
    return linux_error(result);
}

static i64 linux_open(file_handle directory, const char *name, u32 flags) {
    i64 result;
    do
        result = linux_syscall(SYS_OPENAT, directory, name, flags | O_CLOEXEC | O_NOCTTY, 0666);
    while (result == -EINTR);
    return result;
}

INTERNAL u16 file_open_root(const char *path, file_handle *file) {
    i64 result = linux_open(AT_FDCWD, path, O_DIRECTORY);
    if (linux_error(result) == WASI_EACCES)
        result = linux_open(AT_FDCWD, path, O_DIRECTORY | O_PATH);
    return linux_opened(result, file);
}

/* With O_DIRECTORY the kernel says of a link that it is no directory. */
static u16 linux_not_directory(file_handle directory, const char *name, u16 error) {
    struct file_status status;
    if (error == WASI_ENOTDIR && !file_status_at(directory, name, &status) &&
        status.type == WASI_FILETYPE_SYMBOLIC_LINK)
        return WASI_ELOOP;
    return error;
}

INTERNAL u16 file_open_directory(file_handle directory, const char *name, file_handle *file) {
    i64 result = linux_open(directory, name, O_PATH | O_DIRECTORY | O_NOFOLLOW);
    return linux_not_directory(directory, name, linux_opened(result, file));
}

INTERNAL u16 file_open(file_handle directory, const char *name, u32 flags, file_handle *file) {
    u32 mode = O_NOFOLLOW;
    if (flags & FILE_WRITE)
        mode |= flags & FILE_READ ? O_RDWR : O_WRONLY;
    mode |= flags & FILE_CREATE ? O_CREAT : 0;
    mode |= flags & FILE_EXCLUSIVE ? O_EXCL : 0;
    mode |= flags & FILE_TRUNCATE ? O_TRUNC : 0;
    mode |= flags & FILE_DIRECTORY ? O_DIRECTORY : 0;
    mode |= flags & FILE_APPEND ? O_APPEND : 0;
    mode |= flags & FILE_NONBLOCK ? O_NONBLOCK : 0;
    mode |= flags & FILE_SYNC ? O_SYNC : 0;
    mode |= flags & FILE_DATA_SYNC ? O_DSYNC : 0;
    i64 result = linux_open(directory, name, mode);
    return linux_not_directory(directory, name, linux_opened(result, file));
}

/* Pipes and sockets do, and so do disks in a network. */
INTERNAL bool file_may_wait(file_handle file) {
    (void)file;
    return true;
}

/* In /proc the process's own memory and variables are files: it has to be granted itself. Where the system does not say what a
   file is on, as Linux before 3.12 does not of what is walked through, it has to be on what was granted. */
INTERNAL bool file_is_granted(file_handle granted, file_handle file) {
    struct linux_stat above, below;
    u64 status[15]; /* struct statfs, which begins with the type */
    if (linux_syscall(SYS_FSTATFS, file, status) == 0 && status[0] != PROC_SUPER_MAGIC)
        return true;
    return linux_syscall(SYS_FSTAT, granted, &above) == 0 && linux_syscall(SYS_FSTAT, file, &below) == 0 &&
           above.device == below.device;
}

INTERNAL void file_close(file_handle file) {
    linux_syscall(SYS_CLOSE, file);
}

INTERNAL bool file_is_terminal(file_handle file) {
    u64 settings[8];
    return linux_syscall(SYS_IOCTL, file, TCGETS, settings) == 0;
}

/* A table of four bits for each type of the kernel, which are 16. */
#define LINUX_TYPE_SHIFT(mode) (((mode)&S_IFMT) >> 10)
#define LINUX_TYPE(mode, type) ((u64)(type) << LINUX_TYPE_SHIFT(mode))

static u8 linux_type(u32 mode) {
    const u64 types = LINUX_TYPE(S_IFCHR, WASI_FILETYPE_CHARACTER_DEVICE) |
                      LINUX_TYPE(S_IFDIR, WASI_FILETYPE_DIRECTORY) |
                      LINUX_TYPE(S_IFBLK, WASI_FILETYPE_BLOCK_DEVICE) |
                      LINUX_TYPE(S_IFREG, WASI_FILETYPE_REGULAR_FILE) |
                      LINUX_TYPE(S_IFLNK, WASI_FILETYPE_SYMBOLIC_LINK) |
                      LINUX_TYPE(S_IFSOCK, WASI_FILETYPE_SOCKET_STREAM);
    return types >> LINUX_TYPE_SHIFT(mode) & 15;
}

static u64 linux_nanoseconds(struct linux_time time) {
    return time.seconds < 0 ? 0 : (u64)time.seconds * 1000000000 + (u64)time.nanoseconds;
}

static u16 linux_status(i64 result, const struct linux_stat *stat, struct file_status *status) {
    if (result < 0)
        return linux_error(result);
    *status = (struct file_status){
        .device = stat->device,
        .inode = stat->inode,
        .links = stat->links,
        .size = (u64)stat->size,
        .accessed = linux_nanoseconds(stat->accessed),
        .modified = linux_nanoseconds(stat->modified),
        .changed = linux_nanoseconds(stat->changed),
        .type = linux_type(stat->mode),
    };
    return WASI_SUCCESS;
}

static u8 linux_type_of(file_handle file, u32 mode) {
    bool datagram = (mode & S_IFMT) == S_IFSOCK && linux_is_datagram(file);
    return datagram ? WASI_FILETYPE_SOCKET_DGRAM : linux_type(mode);
}

INTERNAL u16 file_status(file_handle file, struct file_status *status) {
    struct linux_stat stat;
    u16 error = linux_status(linux_syscall(SYS_FSTAT, file, &stat), &stat, status);
    if (!error)
        status->type = linux_type_of(file, stat.mode);
    return error;
}

INTERNAL u8 file_type(file_handle file) {
    struct linux_stat stat;
    return linux_syscall(SYS_FSTAT, file, &stat) ? WASI_FILETYPE_UNKNOWN
                                                 : linux_type_of(file, stat.mode);
}

INTERNAL u16 file_status_at(file_handle directory, const char *name, struct file_status *status) {
    struct linux_stat stat;
    i64 result = linux_syscall(SYS_NEWFSTATAT, directory, name, &stat, AT_SYMLINK_NOFOLLOW);
    return linux_status(result, &stat, status);
}

static struct linux_time linux_time_to_set(u64 nanoseconds, bool set, bool now) {
    if (now || !set)
        return (struct linux_time){0, now ? UTIME_NOW : UTIME_OMIT};
    return (struct linux_time){
        (i64)(nanoseconds / 1000000000), (i64)(nanoseconds % 1000000000)};
}

static u16 linux_set_times(
    file_handle file, const char *name, const struct file_times *times, u32 flags) {
    struct linux_time values[2] = {
        linux_time_to_set(times->accessed, times->flags & WASI_FSTFLAG_ATIM,
            times->flags & WASI_FSTFLAG_ATIM_NOW),
        linux_time_to_set(times->modified, times->flags & WASI_FSTFLAG_MTIM,
            times->flags & WASI_FSTFLAG_MTIM_NOW),
    };
    return linux_error(linux_syscall(SYS_UTIMENSAT, file, name, values, flags));
}

INTERNAL u16 file_set_times(file_handle file, const struct file_times *times) {
    return linux_set_times(file, NULL, times, 0);
}

INTERNAL u16 file_set_times_at(
    file_handle directory, const char *name, const struct file_times *times) {
    return linux_set_times(directory, name, times, AT_SYMLINK_NOFOLLOW);
}

INTERNAL u16 file_set_size(file_handle file, u64 size) {
    return linux_error(linux_syscall(SYS_FTRUNCATE, file, size));
}

INTERNAL u16 file_allocate(file_handle file, u64 offset, u64 size) {
    struct file_status status;
    i64 result;
    do
        result = linux_syscall(SYS_FALLOCATE, file, 0, offset, size);
    while (result == -EINTR);
    if (result != -EOPNOTSUPP)
        return linux_error(result);
    /* A file system that cannot set blocks aside still can make the file longer. */
    u16 error = file_status(file, &status);
    return error || offset + size <= status.size ? error : file_set_size(file, offset + size);
}

/* The kernel's advice has WASI's names and other numbers. */
INTERNAL u16 file_advise(file_handle file, u64 offset, u64 size, u32 advice) {
    static const u8 numbers[] = {0, 2, 1, 3, 4, 5};
    return linux_error(linux_syscall(SYS_FADVISE64, file, offset, size, numbers[advice]));
}

INTERNAL u16 file_sync(file_handle file, bool data_only) {
    return linux_error(data_only ? linux_syscall(SYS_FDATASYNC, file) : linux_syscall(SYS_FSYNC, file));
}

INTERNAL u16 file_set_append(file_handle file, bool append) {
    i64 flags = linux_syscall(SYS_FCNTL, file, F_GETFL);
    if (flags < 0)
        return linux_error(flags);
    flags = append ? flags | O_APPEND : flags & ~(i64)O_APPEND;
    return linux_error(linux_syscall(SYS_FCNTL, file, F_SETFL, flags));
}

/* Again after a signal. A file_slice is the kernel's iovec. */
#define LINUX_TRANSFER(...)                              \
    do {                                                 \
        i64 result;                                      \
        do                                               \
            result = linux_syscall(__VA_ARGS__);         \
        while (result == -EINTR);                        \
        *done = (u64)result;                             \
        return linux_error(result);                      \
    } while (0)

INTERNAL u16 file_read(file_handle file, const struct file_slice *slices, u32 count, u64 *done) {
    LINUX_TRANSFER(SYS_READV, file, slices, count);
}

INTERNAL u16 file_write(
    file_handle file, const struct file_slice *slices, u32 count, bool append, u64 *done) {
    (void)append;
    LINUX_TRANSFER(SYS_WRITEV, file, slices, count);
}

INTERNAL u16 file_read_at(
    file_handle file, const struct file_slice *slices, u32 count, u64 offset, u64 *done) {
    LINUX_TRANSFER(SYS_PREADV, file, slices, count, offset);
}

INTERNAL u16 file_write_at(
    file_handle file, const struct file_slice *slices, u32 count, u64 offset, u64 *done) {
    LINUX_TRANSFER(SYS_PWRITEV, file, slices, count, offset);
}

/* WASI's whence is the kernel's. */
INTERNAL u16 file_seek(file_handle file, i64 offset, u32 whence, u64 *position) {
    i64 result = linux_syscall(SYS_LSEEK, file, offset, whence);
    *position = (u64)result;
    return linux_error(result);
}
