/* What the WASI calls ask of the operating system about files; one implementation per platform, in
   <platform>/files.c. Results of type u16 are WASI error numbers (wasi/errno.h); file types and
   time flags are WASI's (wasi/types.h). A `name` is one component, UTF-8, NUL-terminated, with no
   slash; "." is the directory itself, ".." never comes. No call follows a link that stands at
   `name`. */
#ifndef WASM_PLATFORM_FILES_H
#define WASM_PLATFORM_FILES_H

#include "../program.h"
#include "../types.h"

/* A file descriptor or a HANDLE. */
typedef i64 file_handle;
#define FILE_NONE ((file_handle)-1)

enum file_open_flags {
    FILE_READ = 1,
    FILE_WRITE = 2,
    FILE_CREATE = 4,
    FILE_EXCLUSIVE = 8,
    FILE_TRUNCATE = 16,
    FILE_DIRECTORY = 32,
    FILE_APPEND = 64,
    FILE_NONBLOCK = 128,
    FILE_SYNC = 256,
    FILE_DATA_SYNC = 512
};

struct file_status {
    u64 device, inode, links, size;
    u64 accessed, modified, changed; /* nanoseconds since 1970 */
    u8 type;
};

struct file_times {
    u64 accessed, modified; /* nanoseconds since 1970 */
    u32 flags;              /* WASI_FSTFLAG_…: which to set, and which of them to the present */
};

/* The guest's memory, of which threads may change any byte at any time: what is read twice may differ. So no one reads it
   through a pointer, which this type does not allow: the system transfers, and all else is copied. */
struct guest_bytes;

static inline struct guest_bytes *guest_bytes_at(struct guest_bytes *bytes, u64 offset) {
    return (struct guest_bytes *)((u8 *)bytes + offset);
}

/* The compiler must take the copy for what it is, and what was written for something that may have changed since. */
static inline void guest_bytes_read(void *to, const struct guest_bytes *from, u64 size) {
    __builtin_memcpy(to, from, size);
    __asm__ volatile("" : : "r"(to) : "memory");
}

static inline void guest_bytes_write(struct guest_bytes *to, const void *from, u64 size) {
    __builtin_memcpy(to, from, size);
    __asm__ volatile("" : : "r"(to) : "memory");
}

/* A part of it. */
struct file_slice {
    struct guest_bytes *base;
    u64 size;
};

/* No transfer is larger; what is beyond is left to the next call. */
#define FILE_TRANSFER_MAX 0x7ffff000ull

struct file_entry {
    u64 inode;
    const char *name; /* valid until the next call */
    u32 name_size;
    u8 type;
};

/* How far an open directory has been read. Begins as zero. Numbers as cookies fit the 32 bits of a
   guest's telldir. */
struct file_stream {
    u64 next; /* number of the entry to come */
    /* Where the last entry and the next one are found again: the platform's business, as is `state`. */
    u64 last_place, next_place;
    void *state;
};

enum { FILE_POLL_READ = 1, FILE_POLL_WRITE = 2, FILE_POLL_HANGUP = 4, FILE_POLL_INVALID = 8 };
struct file_poll {
    file_handle file;
    u32 wanted, ready; /* FILE_POLL_… */
};

/* Standard input, output, error: 0, 1, 2. */
INTERNAL file_handle file_standard(u32 number);
/* The directory at a path of the host, links followed. */
INTERNAL u16 file_open_root(const char *path, file_handle *file);
/* ELOOP if `name` is a link. `open_directory` is for walking only: it may lack the right to list.
   */
INTERNAL u16 file_open_directory(file_handle directory, const char *name, file_handle *file);
INTERNAL u16 file_open(file_handle directory, const char *name, u32 flags, file_handle *file);
INTERNAL void file_close(file_handle file);
/* Whether a grant of that directory is meant to be one of a file or directory that was opened below it. */
INTERNAL bool file_is_granted(file_handle granted, file_handle file);

INTERNAL bool file_is_terminal(file_handle file);
/* WASI's file type, unknown where the system does not say: file_status without the rest. */
INTERNAL u8 file_type(file_handle file);
INTERNAL u16 file_status(file_handle file, struct file_status *status);
INTERNAL u16 file_status_at(file_handle directory, const char *name, struct file_status *status);
INTERNAL u16 file_set_times(file_handle file, const struct file_times *times);
INTERNAL u16 file_set_times_at(
    file_handle directory, const char *name, const struct file_times *times);
INTERNAL u16 file_set_size(file_handle file, u64 size);
/* Makes room for the range; the file grows if it ends before it. */
INTERNAL u16 file_allocate(file_handle file, u64 offset, u64 size);
/* advice: WASI's numbers, 0 to 5. */
INTERNAL u16 file_advise(file_handle file, u64 offset, u64 size, u32 advice);
INTERNAL u16 file_sync(file_handle file, bool data_only);
INTERNAL u16 file_set_append(file_handle file, bool append);

/* Whether transfers, and opening what is in a directory, may wait for someone else, and so must go on beside other calls. If
   not, the caller sees to it that they do not. */
INTERNAL bool file_may_wait(file_handle file);

/* One transfer, at most FILE_TRANSFER_MAX bytes, with `done` of them made. An interrupted call is
   begun again; EAGAIN comes through. append: the file was opened with FILE_APPEND or set to append.
   */
INTERNAL u16 file_read(file_handle file, const struct file_slice *slices, u32 count, u64 *done);
INTERNAL u16 file_write(
    file_handle file, const struct file_slice *slices, u32 count, bool append, u64 *done);
INTERNAL u16 file_read_at(
    file_handle file, const struct file_slice *slices, u32 count, u64 offset, u64 *done);
INTERNAL u16 file_write_at(
    file_handle file, const struct file_slice *slices, u32 count, u64 offset, u64 *done);
INTERNAL u16 file_seek(file_handle file, i64 offset, u32 whence, u64 *position);

/* The entry with the number `cookie`, from 0 on; name NULL after the last. "." and ".." are
   entries. A program that reads on, or goes back by one entry, sees each entry that stays exactly
   once, even if others are removed meanwhile. */
INTERNAL u16 file_read_directory(
    file_handle directory, struct file_stream *stream, u64 cookie, struct file_entry *entry);
INTERNAL void file_close_stream(file_handle directory, struct file_stream *stream);

INTERNAL u16 file_make_directory(file_handle directory, const char *name);
INTERNAL u16 file_remove_directory(file_handle directory, const char *name);
/* EISDIR if it is a directory. */
INTERNAL u16 file_unlink(file_handle directory, const char *name);
INTERNAL u16 file_rename(
    file_handle from_directory, const char *from, file_handle to_directory, const char *to);
INTERNAL u16 file_link(
    file_handle from_directory, const char *from, file_handle to_directory, const char *to);
INTERNAL u16 file_make_link(const char *target, file_handle directory, const char *name);
/* The target with slashes, absolute if it begins with one; cut at `size`. EINVAL if `name` is no
   link. */
INTERNAL u16 file_read_link(
    file_handle directory, const char *name, void *target, u64 size, u64 *target_size);

/* Whether a write can answer EAGAIN; if not, it need never be waited for. */
#if defined(_WIN32) && !defined(WASM_LISTEN)
#define FILE_WRITE_NEVER_WAITS true
#else
#define FILE_WRITE_NEVER_WAITS false
#endif

/* Waits until one is ready or `timeout` nanoseconds have passed (U64_MAX: no limit). */
#define FILE_POLL_FOREVER (~0ull)
INTERNAL u16 file_poll(struct file_poll *files, u32 count, u64 timeout);
/* Waits until one file is ready, or asks whether it is: else EAGAIN. */
INTERNAL u16 file_wait(file_handle file, u32 wanted, bool wait);
/* Whether the host does not wait for the file whoever asks: then reading it says most. */
INTERNAL bool file_never_waits(file_handle file);
/* How many bytes can be read without waiting, 0 if unknown. */
INTERNAL u64 file_readable_size(file_handle file);

/* A stream socket that is bound to the address and listens. Accepted ones send at once what is
   written, without collecting it: a program could not ask for that. */
INTERNAL u16 file_listen(const struct wasm_grant_listen *listen, file_handle *file);
INTERNAL u16 file_accept(file_handle file, file_handle *accepted);
/* flags: WASI_RECEIVE_…; received: WASI_RECEIVED_… */
INTERNAL u16 file_receive(file_handle file, const struct file_slice *slices, u32 count, u32 flags,
    u64 *done, u32 *received);
INTERNAL u16 file_send(
    file_handle file, const struct file_slice *slices, u32 count, bool wait, u64 *done);
INTERNAL u16 file_shutdown(file_handle file, u32 how);

#endif
