/* Directory entries, by the system call and by DIR. */
#include "darwin.h"

struct mac_dirent { u64 inode, seek_offset; u16 length, name_length; u8 type; char name[1024]; };

/* Linux's entries are translated one buffer at a time; a macOS entry needs more room than its Linux
 * original, so the kernel is asked for fewer bytes and rewound where they still do not fit. */
static long mac_getdirentries64(int fd, u8 *to, size_t size, i64 *base)
{
    static u8 buffer[32768];
    if (size < 1024)
        return mac_fail(MAC_EINVAL);
    long start = SYSCALL(SYS_lseek, fd, 0, 1);
    if (base != NULL)
        *base = start;
    long got = SYSCALL(SYS_getdents64, fd, buffer, sizeof buffer);
    if (got <= 0)
        return mac_result(got);
    size_t used = 0;
    for (u8 *at = buffer; at < buffer + got;) {
        const struct linux_dirent *entry = (const struct linux_dirent *)at;
        size_t name_length = strlen(entry->name);
        size_t length = (offsetof(struct mac_dirent, name) + name_length + 1 + 7) & ~(size_t)7;
        /* The last 4 bytes of a large buffer are flags on macOS; they are left alone here. */
        if (used + length > size - 8) {
            SYSCALL(SYS_lseek, fd, start, 0);
            break;
        }
        struct mac_dirent *out = (struct mac_dirent *)(to + used);
        memset(out, 0, length);
        out->inode = entry->inode;
        out->seek_offset = entry->offset;
        out->length = (u16)length;
        out->name_length = (u16)name_length;
        out->type = entry->type;
        memcpy(out->name, entry->name, name_length);
        used += length;
        start = (long)entry->offset;
        at += entry->length;
    }
    return (long)used;
}

/* A small DIR: one at a time is read into its own buffer, as libSystem does. */
struct mac_directory { int fd; long filled, at; u8 buffer[8192]; };

static struct mac_directory *mac_fdopendir(int fd)
{
    struct statx status;
    long result = SYSCALL(SYS_statx, fd, "", AT_EMPTY_PATH, 0xfff, &status);
    if (result < 0 || (status.mode & 0170000) != 0040000) {
        mac_result(result < 0 ? result : -ENOTDIR);
        return NULL;
    }
    struct mac_directory *directory = map_pages(NULL, sizeof *directory, PROT_READ | PROT_WRITE);
    directory->fd = fd;
    return directory;
}

static struct mac_dirent *mac_readdir(struct mac_directory *directory)
{
    if (directory->at >= directory->filled) {
        directory->filled = mac_getdirentries64(directory->fd, directory->buffer, sizeof directory->buffer, NULL);
        directory->at = 0;
        if (directory->filled <= 0)
            return NULL;
    }
    struct mac_dirent *entry = (struct mac_dirent *)(directory->buffer + directory->at);
    directory->at += entry->length;
    return entry;
}

static int mac_closedir(struct mac_directory *directory)
{
    int fd = directory->fd;
    SYSCALL(SYS_munmap, directory, sizeof *directory);
    return (int)mac_result(SYSCALL(SYS_close, fd));
}

static void mac_seekdir(struct mac_directory *directory, long offset)
{
    SYSCALL(SYS_lseek, directory->fd, offset, 0);
    directory->filled = directory->at = 0;
}

static long mac_telldir(struct mac_directory *directory)
{
    if (directory->at == 0 || directory->at >= directory->filled)
        return SYSCALL(SYS_lseek, directory->fd, 0, 1);
    long at = 0;
    u64 offset = 0;
    for (; at < directory->at; at += ((struct mac_dirent *)(directory->buffer + at))->length)
        offset = ((struct mac_dirent *)(directory->buffer + at))->seek_offset;
    return (long)offset;
}

static void mac_rewinddir(struct mac_directory *directory) { mac_seekdir(directory, 0); }
static int mac_dirfd(struct mac_directory *directory) { return directory->fd; }

const struct darwin_export darwin_directory_exports[] = {
    {"___getdirentries64", mac_getdirentries64}, {INODE64("_fdopendir"), mac_fdopendir},
    {INODE64("_readdir"), mac_readdir}, {"_closedir", mac_closedir}, {INODE64("_seekdir"), mac_seekdir},
    {INODE64("_telldir"), mac_telldir}, {INODE64("_rewinddir"), mac_rewinddir}, {"_dirfd", mac_dirfd},
    {NULL, NULL},
};
