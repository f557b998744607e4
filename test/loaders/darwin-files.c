/* Files: open flags, struct stat, times, fcntl. */
#include "darwin.h"

enum {
    MAC_O_ACCMODE = 3, MAC_O_NONBLOCK = 4, MAC_O_APPEND = 8, MAC_O_SYNC = 0x80, MAC_O_NOFOLLOW = 0x100,
    MAC_O_CREAT = 0x200, MAC_O_TRUNC = 0x400, MAC_O_EXCL = 0x800, MAC_O_EVTONLY = 0x8000, MAC_O_NOCTTY = 0x20000,
    MAC_O_DIRECTORY = 0x100000, MAC_O_SYMLINK = 0x200000, MAC_O_DSYNC = 0x400000, MAC_O_CLOEXEC = 0x1000000,
    MAC_O_NOFOLLOW_ANY = 0x20000000,
};

static const struct { u32 mac, linux_flag; } open_flags[] = {
    {MAC_O_NONBLOCK, O_NONBLOCK}, {MAC_O_APPEND, O_APPEND}, {MAC_O_SYNC, O_SYNC}, {MAC_O_NOFOLLOW, O_NOFOLLOW},
    {MAC_O_CREAT, O_CREAT}, {MAC_O_TRUNC, O_TRUNC}, {MAC_O_EXCL, O_EXCL}, {MAC_O_EVTONLY, O_PATH},
    {MAC_O_NOCTTY, O_NOCTTY}, {MAC_O_DIRECTORY, O_DIRECTORY}, {MAC_O_SYMLINK, O_PATH | O_NOFOLLOW},
    {MAC_O_DSYNC, O_DSYNC}, {MAC_O_CLOEXEC, O_CLOEXEC}, {MAC_O_NOFOLLOW_ANY, O_NOFOLLOW},
};

struct mac_stat {
    i32 device;
    u16 mode, links;
    u64 inode;
    u32 uid, gid;
    i32 rdev;
    struct timespec accessed, modified, changed, born;
    i64 size, blocks;
    i32 block_size;
    u32 flags, generation;
    i32 spare;
    i64 spares[2];
};
_Static_assert(sizeof(struct mac_stat) == 144, "struct stat of macOS with 64-bit inodes");

static int directory_at(int fd)
{
    return fd == MAC_AT_FDCWD ? AT_FDCWD : fd;
}

static long flags_from_mac(u32 flags)
{
    long result = flags & MAC_O_ACCMODE;
    u32 known = MAC_O_ACCMODE;
    for (size_t i = 0; i < sizeof open_flags / sizeof open_flags[0]; i++) {
        known |= open_flags[i].mac;
        if (flags & open_flags[i].mac)
            result |= open_flags[i].linux_flag;
    }
    if (flags & ~known)
        die("open with a flag that this loader does not know", NULL);
    return result;
}

static long flags_to_mac(long flags)
{
    long result = flags & 3;
    if (flags & O_NONBLOCK)
        result |= MAC_O_NONBLOCK;
    if (flags & O_APPEND)
        result |= MAC_O_APPEND;
    if ((flags & O_SYNC) == O_SYNC)
        result |= MAC_O_SYNC;
    return result;
}

static int mac_openat(int fd, const char *path, u32 flags, VARIADIC_AFTER_3)
{
    IGNORE_AFTER_3;
    long mode = flags & MAC_O_CREAT ? variadic & 07777 : 0;
    return (int)mac_result(SYSCALL(SYS_openat, directory_at(fd), path, flags_from_mac(flags), mode));
}

static int mac_open(const char *path, u32 flags, VARIADIC_AFTER_2)
{
    IGNORE_AFTER_2;
    long mode = flags & MAC_O_CREAT ? variadic & 07777 : 0;
    return (int)mac_result(SYSCALL(SYS_openat, AT_FDCWD, path, flags_from_mac(flags), mode));
}

static int mac_close(int fd) { return (int)mac_result(SYSCALL(SYS_close, fd)); }
static int mac_dup(int fd) { return (int)mac_result(SYSCALL(SYS_dup, fd)); }
static int mac_dup2(int fd, int to) { return (int)(fd == to ? fd : mac_result(SYSCALL(SYS_dup3, fd, to, 0))); }
static long mac_read(int fd, void *to, size_t size) { return mac_result(SYSCALL(SYS_read, fd, to, size)); }
static long mac_write(int fd, const void *from, size_t size) { return mac_result(SYSCALL(SYS_write, fd, from, size)); }
static long mac_readv(int fd, const void *parts, int count) { return mac_result(SYSCALL(SYS_readv, fd, parts, count)); }
static i64 mac_lseek(int fd, i64 offset, int whence) { return mac_result(SYSCALL(SYS_lseek, fd, offset, whence)); }
static int mac_fsync(int fd) { return (int)mac_result(SYSCALL(SYS_fsync, fd)); }
static int mac_ftruncate(int fd, i64 size) { return (int)mac_result(SYSCALL(SYS_ftruncate, fd, size)); }
static int mac_fchmod(int fd, u16 mode) { return (int)mac_result(SYSCALL(SYS_fchmod, fd, mode)); }

static long mac_writev(int fd, const void *parts, int count)
{
    return mac_result(SYSCALL(SYS_writev, fd, parts, count));
}

static long mac_pread(int fd, void *to, size_t size, i64 offset)
{
    return mac_result(SYSCALL(SYS_pread64, fd, to, size, offset));
}

static long mac_pwrite(int fd, const void *from, size_t size, i64 offset)
{
    return mac_result(SYSCALL(SYS_pwrite64, fd, from, size, offset));
}

static long mac_preadv(int fd, const void *parts, int count, i64 offset)
{
    return mac_result(SYSCALL(SYS_preadv, fd, parts, count, offset, 0));
}

static long mac_pwritev(int fd, const void *parts, int count, i64 offset)
{
    return mac_result(SYSCALL(SYS_pwritev, fd, parts, count, offset, 0));
}

static struct timespec time_of(struct statx_time time)
{
    return (struct timespec){time.seconds, time.nanoseconds};
}

static int stat_at(int fd, const char *path, int flags, struct mac_stat *to)
{
    struct statx from;
    long result = SYSCALL(SYS_statx, fd, path, flags, 0xfff, &from);
    if (result < 0)
        return (int)mac_result(result);
    u32 kind = from.mode & 0170000;
    i32 readable = 0;
    if (path[0] == 0 && (kind == 0010000 || kind == 0140000)) /* the size of a pipe or socket is what is in it */
        SYSCALL(SYS_ioctl, fd, 0x541b /* FIONREAD */, &readable);
    *to = (struct mac_stat){
        .device = (i32)(from.dev_major << 24 | from.dev_minor), .mode = from.mode, .links = (u16)from.links,
        .inode = from.inode, .uid = from.uid, .gid = from.gid, .rdev = (i32)(from.rdev_major << 24 | from.rdev_minor),
        .accessed = time_of(from.accessed), .modified = time_of(from.modified), .changed = time_of(from.changed),
        .born = time_of(from.born), .size = (i64)from.size + readable, .blocks = (i64)from.blocks,
        .block_size = (i32)from.block_size,
    };
    return 0;
}

/* The file system of /dev is the one of devices; of all others nothing is said. */
struct mac_statfs { u32 numbers[18]; char type[16]; u8 rest[2080]; };
_Static_assert(sizeof(struct mac_statfs) == 2168, "struct statfs of macOS with 64-bit inodes");

static int mac_fstatfs(int fd, struct mac_statfs *to)
{
    struct statx from, devices;
    long result = SYSCALL(SYS_statx, fd, "", AT_EMPTY_PATH, 0xfff, &from);
    if (result < 0)
        return (int)mac_result(result);
    memset(to, 0, sizeof *to);
    if (SYSCALL(SYS_statx, AT_FDCWD, "/dev", 0, 0xfff, &devices) == 0 && from.dev_major == devices.dev_major &&
        from.dev_minor == devices.dev_minor)
        memcpy(to->type, "devfs", 6);
    return 0;
}

static long at_flags(int flags)
{
    enum { MAC_NOFOLLOW = 0x20, MAC_FOLLOW = 0x40, MAC_REMOVEDIR = 0x80, MAC_NOFOLLOW_ANY = 0x800 };
    if (flags & ~(MAC_NOFOLLOW | MAC_FOLLOW | MAC_REMOVEDIR | MAC_NOFOLLOW_ANY))
        die("an *at call with a flag that this loader does not know", NULL);
    return (flags & (MAC_NOFOLLOW | MAC_NOFOLLOW_ANY) ? AT_SYMLINK_NOFOLLOW : 0) |
           (flags & MAC_FOLLOW ? AT_SYMLINK_FOLLOW : 0) | (flags & MAC_REMOVEDIR ? AT_REMOVEDIR : 0);
}

static int mac_fstat(int fd, struct mac_stat *to) { return stat_at(fd, "", AT_EMPTY_PATH, to); }

static int mac_fstatat(int fd, const char *path, struct mac_stat *to, int flags)
{
    return stat_at(directory_at(fd), path, (int)at_flags(flags), to);
}

static int mac_stat(const char *path, struct mac_stat *to) { return stat_at(AT_FDCWD, path, 0, to); }

static int mac_lstat(const char *path, struct mac_stat *to)
{
    return stat_at(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, to);
}

static int mac_mkdirat(int fd, const char *path, u32 mode)
{
    return (int)mac_result(SYSCALL(SYS_mkdirat, directory_at(fd), path, mode & 07777));
}

static int mac_unlinkat(int fd, const char *path, int flags)
{
    long result = SYSCALL(SYS_unlinkat, directory_at(fd), path, at_flags(flags));
    /* macOS refuses to unlink a directory with EPERM where Linux says EISDIR. */
    return result == -EISDIR ? (int)mac_fail(MAC_EPERM) : (int)mac_result(result);
}

static int mac_renameat(int from_fd, const char *from, int to_fd, const char *to)
{
    return (int)mac_result(SYSCALL(SYS_renameat2, directory_at(from_fd), from, directory_at(to_fd), to, 0));
}

static int mac_linkat(int from_fd, const char *from, int to_fd, const char *to, int flags)
{
    return (int)mac_result(SYSCALL(SYS_linkat, directory_at(from_fd), from, directory_at(to_fd), to, at_flags(flags)));
}

static int mac_symlinkat(const char *target, int fd, const char *path)
{
    return (int)mac_result(SYSCALL(SYS_symlinkat, target, directory_at(fd), path));
}

static long mac_readlinkat(int fd, const char *path, char *to, size_t size)
{
    return mac_result(SYSCALL(SYS_readlinkat, directory_at(fd), path, to, size));
}

static void times_from_mac(const struct timespec *from, struct timespec *to)
{
    for (int i = 0; i < 2; i++) {
        to[i] = from[i];
        if (from[i].nanoseconds == -1) /* UTIME_NOW */
            to[i].nanoseconds = 0x3fffffff;
        else if (from[i].nanoseconds == -2) /* UTIME_OMIT */
            to[i].nanoseconds = 0x3ffffffe;
    }
}

static int mac_utimensat(int fd, const char *path, const struct timespec *times, int flags)
{
    struct timespec translated[2];
    if (times != NULL)
        times_from_mac(times, translated);
    return (int)mac_result(
        SYSCALL(SYS_utimensat, directory_at(fd), path, times == NULL ? NULL : translated, at_flags(flags)));
}

static int mac_futimens(int fd, const struct timespec *times)
{
    struct timespec translated[2];
    if (times != NULL)
        times_from_mac(times, translated);
    return (int)mac_result(SYSCALL(SYS_utimensat, fd, 0, times == NULL ? NULL : translated, 0));
}

struct mac_preallocate { u32 flags; i32 position_mode; i64 offset, length, allocated; };

static int mac_fcntl(int fd, int command, VARIADIC_AFTER_2)
{
    IGNORE_AFTER_2;
    switch (command) {
    case 0: return (int)mac_result(SYSCALL(SYS_fcntl, fd, 0, variadic));         /* F_DUPFD */
    case 67: return (int)mac_result(SYSCALL(SYS_fcntl, fd, 1030, variadic));     /* F_DUPFD_CLOEXEC */
    case 1: case 2: return (int)mac_result(SYSCALL(SYS_fcntl, fd, command, variadic)); /* F_GETFD, F_SETFD */
    case 3: {                                                                    /* F_GETFL */
        long flags = SYSCALL(SYS_fcntl, fd, 3, 0);
        return (int)(flags < 0 ? mac_result(flags) : flags_to_mac(flags));
    }
    case 4: return (int)mac_result(SYSCALL(SYS_fcntl, fd, 4, flags_from_mac((u32)variadic))); /* F_SETFL */
    case 45: case 48: return 0;                                                  /* F_RDAHEAD, F_NOCACHE */
    case 51: case 85: return (int)mac_result(SYSCALL(SYS_fsync, fd));            /* F_FULLFSYNC, F_BARRIERFSYNC */
    case 42: {                                                                   /* F_PREALLOCATE */
        struct mac_preallocate *request = (struct mac_preallocate *)variadic;
        struct statx status;
        long result = SYSCALL(SYS_statx, fd, "", AT_EMPTY_PATH, 0xfff, &status);
        i64 offset = request->position_mode == 3 ? (i64)status.size : request->offset; /* F_PEOFPOSMODE */
        if (result == 0 && request->length > 0) /* FALLOC_FL_KEEP_SIZE: the size stays, as on macOS */
            result = SYSCALL(SYS_fallocate, fd, 1, offset, request->length);
        request->allocated = result == 0 ? request->length : 0;
        return (int)mac_result(result);
    }
    default: die("fcntl with a command that this loader does not know", NULL);
    }
}

const struct darwin_export darwin_file_exports[] = {
    {"_open", mac_open}, {"_openat", mac_openat}, {"_close", mac_close}, {"_dup", mac_dup}, {"_dup2", mac_dup2},
    {"_read", mac_read}, {"_write", mac_write}, {"_readv", mac_readv}, {"_writev", mac_writev},
    {"_pread", mac_pread}, {"_pwrite", mac_pwrite}, {"_preadv", mac_preadv}, {"_pwritev", mac_pwritev},
    {"_lseek", mac_lseek}, {"_fsync", mac_fsync}, {"_ftruncate", mac_ftruncate}, {"_fchmod", mac_fchmod},
    {INODE64("_fstat"), mac_fstat}, {INODE64("_fstatat"), mac_fstatat}, {INODE64("_stat"), mac_stat},
    {INODE64("_fstatfs"), mac_fstatfs}, {INODE64("_lstat"), mac_lstat}, {"_mkdirat", mac_mkdirat}, {"_unlinkat", mac_unlinkat},
    {"_renameat", mac_renameat}, {"_linkat", mac_linkat}, {"_symlinkat", mac_symlinkat},
    {"_readlinkat", mac_readlinkat}, {"_utimensat", mac_utimensat}, {"_futimens", mac_futimens},
    {"_fcntl", mac_fcntl}, {NULL, NULL},
};
