/* The types of WASI preview 1 as they lie in the guest's memory, and its flags. */
#ifndef WASM_WASI_TYPES_H
#define WASM_WASI_TYPES_H

#include "../types.h"

enum wasi_filetype {
    WASI_FILETYPE_UNKNOWN,
    WASI_FILETYPE_BLOCK_DEVICE,
    WASI_FILETYPE_CHARACTER_DEVICE,
    WASI_FILETYPE_DIRECTORY,
    WASI_FILETYPE_REGULAR_FILE,
    WASI_FILETYPE_SOCKET_DGRAM,
    WASI_FILETYPE_SOCKET_STREAM,
    WASI_FILETYPE_SYMBOLIC_LINK
};

enum wasi_rights {
    WASI_RIGHT_FD_DATASYNC = 1 << 0,
    WASI_RIGHT_FD_READ = 1 << 1,
    WASI_RIGHT_FD_SEEK = 1 << 2,
    WASI_RIGHT_FD_FDSTAT_SET_FLAGS = 1 << 3,
    WASI_RIGHT_FD_SYNC = 1 << 4,
    WASI_RIGHT_FD_TELL = 1 << 5,
    WASI_RIGHT_FD_WRITE = 1 << 6,
    WASI_RIGHT_FD_ADVISE = 1 << 7,
    WASI_RIGHT_FD_ALLOCATE = 1 << 8,
    WASI_RIGHT_PATH_CREATE_DIRECTORY = 1 << 9,
    WASI_RIGHT_PATH_CREATE_FILE = 1 << 10,
    WASI_RIGHT_PATH_LINK_SOURCE = 1 << 11,
    WASI_RIGHT_PATH_LINK_TARGET = 1 << 12,
    WASI_RIGHT_PATH_OPEN = 1 << 13,
    WASI_RIGHT_FD_READDIR = 1 << 14,
    WASI_RIGHT_PATH_READLINK = 1 << 15,
    WASI_RIGHT_PATH_RENAME_SOURCE = 1 << 16,
    WASI_RIGHT_PATH_RENAME_TARGET = 1 << 17,
    WASI_RIGHT_PATH_FILESTAT_GET = 1 << 18,
    WASI_RIGHT_PATH_FILESTAT_SET_SIZE = 1 << 19,
    WASI_RIGHT_PATH_FILESTAT_SET_TIMES = 1 << 20,
    WASI_RIGHT_FD_FILESTAT_GET = 1 << 21,
    WASI_RIGHT_FD_FILESTAT_SET_SIZE = 1 << 22,
    WASI_RIGHT_FD_FILESTAT_SET_TIMES = 1 << 23,
    WASI_RIGHT_PATH_SYMLINK = 1 << 24,
    WASI_RIGHT_PATH_REMOVE_DIRECTORY = 1 << 25,
    WASI_RIGHT_PATH_UNLINK_FILE = 1 << 26,
    WASI_RIGHT_POLL_FD_READWRITE = 1 << 27,
    WASI_RIGHT_SOCK_SHUTDOWN = 1 << 28,
    WASI_RIGHT_SOCK_ACCEPT = 1 << 29
};

enum wasi_fdflags {
    WASI_FDFLAG_APPEND = 1,
    WASI_FDFLAG_DSYNC = 2,
    WASI_FDFLAG_NONBLOCK = 4,
    WASI_FDFLAG_RSYNC = 8,
    WASI_FDFLAG_SYNC = 16,
    WASI_FDFLAGS_ALL = 31
};

enum wasi_oflags {
    WASI_OFLAG_CREAT = 1,
    WASI_OFLAG_DIRECTORY = 2,
    WASI_OFLAG_EXCL = 4,
    WASI_OFLAG_TRUNC = 8,
    WASI_OFLAGS_ALL = 15
};

enum wasi_fstflags {
    WASI_FSTFLAG_ATIM = 1,
    WASI_FSTFLAG_ATIM_NOW = 2,
    WASI_FSTFLAG_MTIM = 4,
    WASI_FSTFLAG_MTIM_NOW = 8,
    WASI_FSTFLAGS_ALL = 15
};

enum wasi_whence { WASI_WHENCE_SET, WASI_WHENCE_CUR, WASI_WHENCE_END };

enum { WASI_LOOKUP_SYMLINK_FOLLOW = 1 };

struct wasi_iovec {
    u32 buffer, size;
};

/* The specification knows directories only; programs pass over what is something else. */
enum { WASI_PREOPEN_DIRECTORY, WASI_PREOPEN_OTHER };

struct wasi_prestat {
    u8 tag; /* WASI_PREOPEN_… */
    u8 padding[3];
    u32 name_size;
};

struct wasi_fdstat {
    u8 filetype;
    u8 padding0;
    u16 flags;
    u32 padding1;
    u64 rights_base, rights_inheriting;
};

struct wasi_filestat {
    u64 device, inode;
    u8 filetype;
    u8 padding[7];
    u64 links, size;
    u64 accessed, modified, changed; /* nanoseconds since 1970 */
};

/* Followed by the name. */
struct wasi_dirent {
    u64 next;
    u64 inode;
    u32 name_size;
    u8 filetype;
    u8 padding[3];
};

enum wasi_eventtype { WASI_EVENT_CLOCK, WASI_EVENT_FD_READ, WASI_EVENT_FD_WRITE };

enum { WASI_SUBCLOCK_ABSTIME = 1 };
enum { WASI_EVENT_HANGUP = 1 };

struct wasi_subscription {
    u64 userdata;
    u8 type;
    u8 padding0[7];
    union {
        struct {
            u32 id, padding1;
            u64 timeout, precision; /* nanoseconds */
            u16 flags;
        } clock;
        u32 fd;
    };
};

struct wasi_event {
    u64 userdata;
    u16 error;
    u8 type;
    u8 padding0[5];
    u64 size; /* bytes that can be read or written */
    u16 flags;
    u8 padding1[6];
};

enum { WASI_RECEIVE_PEEK = 1, WASI_RECEIVE_WAITALL = 2 };
enum { WASI_RECEIVED_TRUNCATED = 1 };
enum { WASI_SHUTDOWN_READ = 1, WASI_SHUTDOWN_WRITE = 2 };

_Static_assert(sizeof(struct wasi_iovec) == 8, "iovec");
_Static_assert(sizeof(struct wasi_prestat) == 8, "prestat");
_Static_assert(sizeof(struct wasi_fdstat) == 24, "fdstat");
_Static_assert(offsetof(struct wasi_fdstat, rights_base) == 8, "fdstat.fs_rights_base");
_Static_assert(sizeof(struct wasi_filestat) == 64, "filestat");
_Static_assert(offsetof(struct wasi_filestat, links) == 24, "filestat.nlink");
_Static_assert(sizeof(struct wasi_dirent) == 24, "dirent");
_Static_assert(offsetof(struct wasi_dirent, filetype) == 20, "dirent.d_type");
_Static_assert(sizeof(struct wasi_subscription) == 48, "subscription");
_Static_assert(offsetof(struct wasi_subscription, clock.timeout) == 24, "subscription.timeout");
_Static_assert(offsetof(struct wasi_subscription, clock.flags) == 40, "subscription.flags");
_Static_assert(sizeof(struct wasi_event) == 32, "event");
_Static_assert(offsetof(struct wasi_event, size) == 16, "event.nbytes");

#endif
