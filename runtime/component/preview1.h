/* The calls of preview 1 that the host makes. */
#ifndef WASM_COMPONENT_PREVIEW1_H
#define WASM_COMPONENT_PREVIEW1_H

#include "../wasi/errno.h"
#include "host.h"

struct iovec {
    u8 *buffer;
    u32 size;
};
struct fdstat {
    u8 filetype;
    u16 flags;
    u64 rights, inheriting;
};
struct filestat {
    u64 device, inode;
    u8 filetype;
    u64 links, size, accessed, modified, changed;
};
struct subscription {
    u64 userdata;
    u8 type;
    union {
        struct {
            u32 id;
            u64 timeout, precision;
            u16 flags;
        } clock;
        u32 fd;
    };
};
struct event {
    u64 userdata;
    u16 error;
    u8 type;
    u64 size;
    u16 flags;
};
struct dirent {
    u64 next, inode;
    u32 name_size;
    u8 filetype;
};
struct prestat {
    u8 tag;
    u32 name_size;
};

enum { CLOCK_REALTIME, CLOCK_MONOTONIC };
enum { EVENT_CLOCK, EVENT_READ, EVENT_WRITE };
enum { SUBSCRIPTION_ABSOLUTE = 1 };
enum { FDFLAG_APPEND = 1, FDFLAG_DSYNC = 2, FDFLAG_NONBLOCK = 4, FDFLAG_RSYNC = 8, FDFLAG_SYNC = 16 };
enum { FILETYPE_CHARACTER_DEVICE = 2, FILETYPE_DIRECTORY = 3, FILETYPE_REGULAR = 4 };
enum {
    RIGHT_DATASYNC = 1 << 0,
    RIGHT_READ = 1 << 1,
    RIGHT_SEEK = 1 << 2,
    RIGHT_TELL = 1 << 5,
    RIGHT_WRITE = 1 << 6,
    RIGHT_ALLOCATE = 1 << 8,
    RIGHT_CREATE_FILE = 1 << 10,
    RIGHT_READDIR = 1 << 14,
    RIGHT_SET_SIZE = 1 << 22
};

u32 args_get(u8 **argv, u8 *text) PREVIEW1(args_get);
u32 args_sizes_get(u32 *count, u32 *size) PREVIEW1(args_sizes_get);
u32 environ_get(u8 **environ, u8 *text) PREVIEW1(environ_get);
u32 environ_sizes_get(u32 *count, u32 *size) PREVIEW1(environ_sizes_get);
u32 clock_res_get(u32 id, u64 *resolution) PREVIEW1(clock_res_get);
u32 clock_time_get(u32 id, u64 precision, u64 *time) PREVIEW1(clock_time_get);
u32 fd_advise(u32 fd, u64 offset, u64 size, u32 advice) PREVIEW1(fd_advise);
u32 fd_close(u32 fd) PREVIEW1(fd_close);
u32 fd_datasync(u32 fd) PREVIEW1(fd_datasync);
u32 fd_fdstat_get(u32 fd, struct fdstat *stat) PREVIEW1(fd_fdstat_get);
u32 fd_fdstat_set_flags(u32 fd, u32 flags) PREVIEW1(fd_fdstat_set_flags);
u32 fd_filestat_get(u32 fd, struct filestat *stat) PREVIEW1(fd_filestat_get);
u32 fd_filestat_set_size(u32 fd, u64 size) PREVIEW1(fd_filestat_set_size);
u32 fd_filestat_set_times(u32 fd, u64 accessed, u64 modified, u32 flags) PREVIEW1(fd_filestat_set_times);
u32 fd_pread(u32 fd, const struct iovec *iovecs, u32 count, u64 offset, u32 *done) PREVIEW1(fd_pread);
u32 fd_prestat_get(u32 fd, struct prestat *stat) PREVIEW1(fd_prestat_get);
u32 fd_prestat_dir_name(u32 fd, u8 *name, u32 size) PREVIEW1(fd_prestat_dir_name);
u32 fd_pwrite(u32 fd, const struct iovec *iovecs, u32 count, u64 offset, u32 *done) PREVIEW1(fd_pwrite);
u32 fd_read(u32 fd, const struct iovec *iovecs, u32 count, u32 *done) PREVIEW1(fd_read);
u32 fd_readdir(u32 fd, u8 *buffer, u32 size, u64 cookie, u32 *done) PREVIEW1(fd_readdir);
u32 fd_sync(u32 fd) PREVIEW1(fd_sync);
u32 fd_write(u32 fd, const struct iovec *iovecs, u32 count, u32 *done) PREVIEW1(fd_write);
u32 path_create_directory(u32 fd, const u8 *path, u32 size) PREVIEW1(path_create_directory);
u32 path_filestat_get(u32 fd, u32 flags, const u8 *path, u32 size, struct filestat *stat)
    PREVIEW1(path_filestat_get);
u32 path_filestat_set_times(u32 fd, u32 lookup, const u8 *path, u32 size, u64 accessed, u64 modified, u32 flags)
    PREVIEW1(path_filestat_set_times);
u32 path_link(u32 fd, u32 lookup, const u8 *path, u32 size, u32 to, const u8 *to_path, u32 to_size)
    PREVIEW1(path_link);
u32 path_open(u32 fd, u32 lookup, const u8 *path, u32 size, u32 oflags, u64 rights, u64 inheriting, u32 flags,
    u32 *opened) PREVIEW1(path_open);
u32 path_readlink(u32 fd, const u8 *path, u32 size, u8 *buffer, u32 room, u32 *done) PREVIEW1(path_readlink);
u32 path_remove_directory(u32 fd, const u8 *path, u32 size) PREVIEW1(path_remove_directory);
u32 path_rename(u32 fd, const u8 *path, u32 size, u32 to, const u8 *to_path, u32 to_size) PREVIEW1(path_rename);
u32 path_symlink(const u8 *target, u32 target_size, u32 fd, const u8 *path, u32 size) PREVIEW1(path_symlink);
u32 path_unlink_file(u32 fd, const u8 *path, u32 size) PREVIEW1(path_unlink_file);
u32 poll_oneoff(const struct subscription *in, struct event *out, u32 count, u32 *done) PREVIEW1(poll_oneoff);
_Noreturn void proc_exit(u32 code) PREVIEW1(proc_exit);
u32 random_get(void *buffer, u32 size) PREVIEW1(random_get);

#endif
