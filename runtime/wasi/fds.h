/* The table of open files. */
#ifndef WASM_WASI_FDS_H
#define WASM_WASI_FDS_H

#include "../lock.h"
#include "../platform/files.h"
#include "types.h"

/* A program that opens more gets EMFILE; most hosts allow fewer. */
#ifdef WASM_NET
#define FDS_MAX 32768
#else
#define FDS_MAX 4096
#endif

/* All rights that have a meaning, and those that a directory, a stream, a socket and a file can
   have. */
#define RIGHTS_DEFINED ((u64)(1 << 30) - 1)
#define RIGHTS_DIRECTORY                                                                          \
    ((u64)(WASI_RIGHT_FD_FDSTAT_SET_FLAGS | WASI_RIGHT_FD_SYNC | WASI_RIGHT_FD_DATASYNC |         \
        WASI_RIGHT_FD_ADVISE | WASI_RIGHT_PATH_CREATE_DIRECTORY | WASI_RIGHT_PATH_CREATE_FILE |   \
        WASI_RIGHT_PATH_LINK_SOURCE | WASI_RIGHT_PATH_LINK_TARGET | WASI_RIGHT_PATH_OPEN |        \
        WASI_RIGHT_FD_READDIR | WASI_RIGHT_PATH_READLINK | WASI_RIGHT_PATH_RENAME_SOURCE |        \
        WASI_RIGHT_PATH_RENAME_TARGET | WASI_RIGHT_PATH_FILESTAT_GET |                            \
        WASI_RIGHT_PATH_FILESTAT_SET_SIZE | WASI_RIGHT_PATH_FILESTAT_SET_TIMES |                  \
        WASI_RIGHT_FD_FILESTAT_GET | WASI_RIGHT_FD_FILESTAT_SET_TIMES | WASI_RIGHT_PATH_SYMLINK | \
        WASI_RIGHT_PATH_REMOVE_DIRECTORY | WASI_RIGHT_PATH_UNLINK_FILE |                          \
        WASI_RIGHT_POLL_FD_READWRITE))
#define RIGHTS_STREAM                                                                     \
    ((u64)(WASI_RIGHT_FD_READ | WASI_RIGHT_FD_WRITE | WASI_RIGHT_FD_FDSTAT_SET_FLAGS |    \
        WASI_RIGHT_FD_FILESTAT_GET | WASI_RIGHT_POLL_FD_READWRITE | WASI_RIGHT_FD_SYNC |  \
        WASI_RIGHT_FD_DATASYNC))
#define RIGHTS_SOCKET (RIGHTS_STREAM | (u64)(WASI_RIGHT_SOCK_SHUTDOWN | WASI_RIGHT_SOCK_ACCEPT))
#define RIGHTS_FILE                                                                           \
    (RIGHTS_STREAM |                                                                          \
        (u64)(WASI_RIGHT_FD_SEEK | WASI_RIGHT_FD_TELL | WASI_RIGHT_FD_ADVISE |                \
            WASI_RIGHT_FD_ALLOCATE | WASI_RIGHT_FD_FILESTAT_SET_SIZE |                        \
            WASI_RIGHT_FD_FILESTAT_SET_TIMES))
/* The rights that need a file opened for reading or for writing. */
#define RIGHTS_READ ((u64)(WASI_RIGHT_FD_READ | WASI_RIGHT_FD_READDIR))
#define RIGHTS_WRITE \
    ((u64)(WASI_RIGHT_FD_WRITE | WASI_RIGHT_FD_ALLOCATE | WASI_RIGHT_FD_FILESTAT_SET_SIZE))

/* What a socket is. Granted: bound to an address at which the program may take what comes. */
enum { SOCKET_OPEN = 1, SOCKET_V6 = 2, SOCKET_DATAGRAMS = 4, SOCKET_GRANTED = 8 };

/* A standard stream that was never used is open. */
enum fd_state { FD_UNUSED, FD_CLOSED, FD_OPEN };

struct fd {
    file_handle file;
    u64 rights_base, rights_inheriting;
    struct file_stream stream; /* of a directory */
    const char *guest; /* the name of a granted directory or address, else NULL */
    u8 state;          /* FD_… */
    u8 type;
    bool read_only;    /* it and what is opened through it */
    bool absent;       /* a granted directory that is not there: it has no file, and what asks for it answers ENOENT */
    u16 flags;         /* WASI_FDFLAG_… */
#ifdef WASM_NET
    u8 net;            /* SOCKET_…; 0 for what is none of net.c's sockets */
#endif
};

/* Its flags: there are none where no call sets any. */
static inline u16 fd_flags(const struct fd *fd) {
#ifdef WASM_WITHOUT_FLAGS
    (void)fd;
    return 0;
#else
    return fd->flags;
#endif
}

/* Threads make their calls one after the other, but for those that see nothing static: each begins with WASI_LOCKED. What
   may wait for someone else is done without the lock, as a use of the open file. */
static struct lock wasi_lock __attribute__((unused));
#define WASI_LOCKED LOCKED(wasi_lock)

/* An open file while a call waits for it. */
struct fd_use {
#ifdef WASM_THREADED
    struct fd fd;
    bool unlocked; /* others may make calls */
    bool closes;   /* the program has closed the file: so does the end of this use */
    struct fd_use *next, **link;
#else
    u8 nothing;
#endif
};

/* Around what may wait. The entry of the table is another thread's to change there: what it was is given back. */
INTERNAL struct fd *fd_use_begin(struct fd_use *use, struct fd *fd);
INTERNAL void fd_use_end(struct fd_use *use);
/* The same without a change of the lock, for several files at once. */
INTERNAL void fd_use_add(struct fd_use *use, file_handle file);
INTERNAL void fd_use_remove(struct fd_use *use);
/* Closes a file of the table, now or at the end of its last use. */
INTERNAL void fd_close_file(file_handle file);

/* The open file with that number, if it has all the rights: else EBADF or ENOTCAPABLE. Without rights it may be absent, with
   some that is ENOENT. */
INTERNAL u16 fd_get(u32 number, u64 rights, struct fd **fd);
/* The same for a directory in which a path is looked up; opens the granted directories first. Else
   ENOTDIR. */
INTERNAL u16 fd_get_directory(u32 number, u64 rights, struct fd **fd);
/* Enters an open file under the lowest free number, or under the lowest from FD_GRANTED on; EMFILE
   closes it. */
#define FD_GRANTED 3
INTERNAL u16 fd_add(const struct fd *fd, u32 *number);
INTERNAL u16 fd_add_granted(const struct fd *fd);
/* The rights that make sense for a file of that type. */
INTERNAL u64 fd_rights(file_handle file, u8 type);

/* Opens the directories of wasm_program.dirs as 3, 4, 5…, once. A directory that is not there ends
   the program, unless its grant says otherwise. */
INTERNAL void preopens_open(void);

#endif
