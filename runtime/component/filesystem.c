/* wasi:filesystem */
#include "io.h"
#include "preview1.h"

#define FILES "wasi:filesystem/types@0.2"
#define METHOD "[method]descriptor."

enum error_code {
    ERROR_ACCESS, ERROR_WOULD_BLOCK, ERROR_ALREADY, ERROR_BAD_DESCRIPTOR, ERROR_BUSY, ERROR_DEADLOCK, ERROR_QUOTA,
    ERROR_EXIST, ERROR_FILE_TOO_LARGE, ERROR_ILLEGAL_BYTE_SEQUENCE, ERROR_IN_PROGRESS, ERROR_INTERRUPTED,
    ERROR_INVALID, ERROR_IO, ERROR_IS_DIRECTORY, ERROR_LOOP, ERROR_TOO_MANY_LINKS, ERROR_MESSAGE_SIZE,
    ERROR_NAME_TOO_LONG, ERROR_NO_DEVICE, ERROR_NO_ENTRY, ERROR_NO_LOCK, ERROR_INSUFFICIENT_MEMORY,
    ERROR_INSUFFICIENT_SPACE, ERROR_NOT_DIRECTORY, ERROR_NOT_EMPTY, ERROR_NOT_RECOVERABLE, ERROR_UNSUPPORTED,
    ERROR_NO_TTY, ERROR_NO_SUCH_DEVICE, ERROR_OVERFLOW, ERROR_NOT_PERMITTED, ERROR_PIPE, ERROR_READ_ONLY,
    ERROR_INVALID_SEEK, ERROR_TEXT_FILE_BUSY, ERROR_CROSS_DEVICE
};

/* Numbers of preview 1 and what they are called here; all others are ERROR_IO. */
static const u8 codes[][2] = {
    {WASI_EACCES, ERROR_ACCESS}, {WASI_EAGAIN, ERROR_WOULD_BLOCK}, {WASI_EALREADY, ERROR_ALREADY},
    {WASI_EBADF, ERROR_BAD_DESCRIPTOR}, {WASI_EBUSY, ERROR_BUSY}, {WASI_EDEADLK, ERROR_DEADLOCK},
    {WASI_EDQUOT, ERROR_QUOTA}, {WASI_EEXIST, ERROR_EXIST}, {WASI_EFBIG, ERROR_FILE_TOO_LARGE},
    {WASI_EILSEQ, ERROR_ILLEGAL_BYTE_SEQUENCE}, {WASI_EINPROGRESS, ERROR_IN_PROGRESS},
    {WASI_EINTR, ERROR_INTERRUPTED}, {WASI_EINVAL, ERROR_INVALID}, {WASI_EISDIR, ERROR_IS_DIRECTORY},
    {WASI_ELOOP, ERROR_LOOP}, {WASI_EMLINK, ERROR_TOO_MANY_LINKS}, {WASI_EMSGSIZE, ERROR_MESSAGE_SIZE},
    {WASI_ENAMETOOLONG, ERROR_NAME_TOO_LONG}, {WASI_ENODEV, ERROR_NO_DEVICE}, {WASI_ENOENT, ERROR_NO_ENTRY},
    {WASI_ENOLCK, ERROR_NO_LOCK}, {WASI_ENOMEM, ERROR_INSUFFICIENT_MEMORY},
    {WASI_ENOSPC, ERROR_INSUFFICIENT_SPACE}, {WASI_ENOTDIR, ERROR_NOT_DIRECTORY},
    {WASI_ENOTEMPTY, ERROR_NOT_EMPTY}, {WASI_ENOTRECOVERABLE, ERROR_NOT_RECOVERABLE},
    {WASI_ENOTSUP, ERROR_UNSUPPORTED}, {WASI_ENOSYS, ERROR_UNSUPPORTED}, {WASI_ENOTTY, ERROR_NO_TTY},
    {WASI_ENXIO, ERROR_NO_SUCH_DEVICE}, {WASI_EOVERFLOW, ERROR_OVERFLOW}, {WASI_EPERM, ERROR_NOT_PERMITTED},
    {WASI_ENOTCAPABLE, ERROR_NOT_PERMITTED}, {WASI_EPIPE, ERROR_PIPE}, {WASI_EROFS, ERROR_READ_ONLY},
    {WASI_ESPIPE, ERROR_INVALID_SEEK}, {WASI_ETXTBSY, ERROR_TEXT_FILE_BUSY}, {WASI_EXDEV, ERROR_CROSS_DEVICE},
};

static u8 code_of(u32 error) {
    for (u32 i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i][0] == error)
            return codes[i][1];
    return ERROR_IO;
}

struct descriptor {
    struct file *file;
};

static u32 fd_of(const struct descriptor *descriptor) {
    return descriptor->file->fd;
}

static struct descriptor *descriptor_new(u32 fd) {
    struct descriptor *descriptor = allocate(sizeof *descriptor);
    descriptor->file = file_new(fd);
    return descriptor;
}

HOST(FILES, "[resource-drop]descriptor") void descriptor_drop(struct descriptor *descriptor) {
    file_drop(descriptor->file);
    release(descriptor, sizeof *descriptor);
}

struct optional_code {
    u8 some, code;
};

HOST(FILES, "filesystem-error-code") struct optional_code *filesystem_error_code(u32 error) {
    host_begin();
    struct optional_code *result = scratch(sizeof *result, 1);
    *result = (struct optional_code){1, code_of(error_code(error))};
    return result;
}

/* Results without a value, with one byte, with a handle or address, and with more. */

struct small_result {
    u8 failed, value;
};

static struct small_result *small(u32 error, u8 value) {
    host_begin();
    struct small_result *result = scratch(sizeof *result, 1);
    *result = (struct small_result){error != 0, error ? code_of(error) : value};
    return result;
}

struct handle_result {
    u8 failed;
    union {
        void *handle;
        u8 code;
    };
};

static struct handle_result *handle_or(u32 error, void *handle) {
    host_begin();
    struct handle_result *result = scratch(sizeof *result, 4);
    *result = (struct handle_result){.failed = error != 0, .handle = handle};
    if (error)
        result->code = code_of(error);
    return result;
}

/* Streams. */

static struct handle_result *stream_of(struct descriptor *descriptor, u8 kind, u64 offset) {
    struct fdstat stat;
    u32 error = fd_fdstat_get(fd_of(descriptor), &stat);
    if (!error && stat.filetype == FILETYPE_DIRECTORY)
        error = WASI_EISDIR;
    return handle_or(error, error ? NULL : stream_new(file_use(descriptor->file), kind, offset));
}

HOST(FILES, METHOD "read-via-stream")
struct handle_result *read_via_stream(struct descriptor *descriptor, u64 offset) {
    return stream_of(descriptor, STREAM_AT, offset);
}
HOST(FILES, METHOD "write-via-stream")
struct handle_result *write_via_stream(struct descriptor *descriptor, u64 offset) {
    return stream_of(descriptor, STREAM_AT, offset);
}
HOST(FILES, METHOD "append-via-stream") struct handle_result *append_via_stream(struct descriptor *descriptor) {
    return stream_of(descriptor, STREAM_APPEND, 0);
}

/* Descriptors. */

HOST(FILES, METHOD "advise")
struct small_result *advise(struct descriptor *descriptor, u64 offset, u64 size, u32 advice) {
    /* In preview 1 will-need and dont-need are the third and fourth too. */
    return small(fd_advise(fd_of(descriptor), offset, size, advice), 0);
}
HOST(FILES, METHOD "sync-data") struct small_result *sync_data(struct descriptor *descriptor) {
    return small(fd_datasync(fd_of(descriptor)), 0);
}
HOST(FILES, METHOD "sync") struct small_result *sync_all(struct descriptor *descriptor) {
    return small(fd_sync(fd_of(descriptor)), 0);
}
HOST(FILES, METHOD "set-size") struct small_result *set_size(struct descriptor *descriptor, u64 size) {
    return small(fd_filestat_set_size(fd_of(descriptor), size), 0);
}

enum { FLAG_READ = 1, FLAG_WRITE = 2, FLAG_FILE_SYNC = 4, FLAG_DATA_SYNC = 8, FLAG_REQUESTED_SYNC = 16, FLAG_MUTATE = 32 };

static u32 flags_of(struct descriptor *descriptor, u8 *result) {
    struct fdstat stat = {0};
    u32 error = fd_fdstat_get(fd_of(descriptor), &stat);
    bool directory = stat.filetype == FILETYPE_DIRECTORY;
    u8 flags = 0;
    if (stat.rights & (directory ? RIGHT_READDIR : RIGHT_READ))
        flags |= FLAG_READ;
    if (!directory && stat.rights & RIGHT_WRITE)
        flags |= FLAG_WRITE;
    if (directory && stat.rights & RIGHT_CREATE_FILE)
        flags |= FLAG_MUTATE;
    if (stat.flags & FDFLAG_SYNC)
        flags |= FLAG_FILE_SYNC;
    if (stat.flags & FDFLAG_DSYNC)
        flags |= FLAG_DATA_SYNC;
    if (stat.flags & FDFLAG_RSYNC)
        flags |= FLAG_REQUESTED_SYNC;
    *result = flags;
    return error;
}

HOST(FILES, METHOD "get-flags") struct small_result *get_flags(struct descriptor *descriptor) {
    u8 flags = 0;
    u32 error = flags_of(descriptor, &flags);
    return small(error, flags);
}

/* By the types of preview 1: unknown, block and character device, directory, file, sockets, symbolic link. */
static const u8 types[] = {0, 1, 2, 3, 6, 7, 7, 5};

static u8 type_of(u8 filetype) {
    return filetype < sizeof types ? types[filetype] : 0;
}

HOST(FILES, METHOD "get-type") struct small_result *get_type(struct descriptor *descriptor) {
    struct fdstat stat = {0};
    u32 error = fd_fdstat_get(fd_of(descriptor), &stat);
    return small(error, type_of(stat.filetype));
}

/* Times to set: for each which case, and seconds and nanoseconds of the third. */
enum { TIME_KEEP, TIME_NOW, TIME_SET };

static u32 time_flags(u32 accessed, u32 modified) {
    static const u32 flags[] = {0, 2, 1};
    return flags[accessed] | flags[modified] << 2;
}

/* The rest is less than a second, or what somebody wrote: up to five. */
static u64 nanoseconds(u64 seconds, u32 rest) {
    return seconds > ~(u64)0 / 1000000000 - 5 ? ~(u64)0 : seconds * 1000000000 + rest;
}

HOST(FILES, METHOD "set-times")
struct small_result *set_times(struct descriptor *descriptor, u32 a, u64 a_seconds, u32 a_rest, u32 m, u64 m_seconds,
    u32 m_rest) {
    u32 error = fd_filestat_set_times(fd_of(descriptor), nanoseconds(a_seconds, a_rest),
        nanoseconds(m_seconds, m_rest), time_flags(a, m));
    return small(error, 0);
}

HOST(FILES, METHOD "set-times-at")
struct small_result *set_times_at(struct descriptor *descriptor, u32 follow, const u8 *path, u32 size, u32 a,
    u64 a_seconds, u32 a_rest, u32 m, u64 m_seconds, u32 m_rest) {
    u32 error = path_filestat_set_times(fd_of(descriptor), follow, path, size, nanoseconds(a_seconds, a_rest),
        nanoseconds(m_seconds, m_rest), time_flags(a, m));
    return small(error, 0);
}

struct data_result {
    u8 failed;
    union {
        struct {
            struct bytes bytes;
            u8 at_end;
        };
        u8 code;
    };
};

#define DATA_MAX (1u << 20)

HOST(FILES, METHOD "read") struct data_result *read_at(struct descriptor *descriptor, u64 size, u64 offset) {
    host_begin();
    struct data_result *result = scratch(sizeof *result, 4);
    u32 room = size < DATA_MAX ? (u32)size : DATA_MAX, done = 0;
    struct iovec iovec = {scratch(room, 1), room};
    u32 error = fd_pread(fd_of(descriptor), &iovec, 1, offset, &done);
    *result = (struct data_result){.failed = error != 0};
    if (error)
        result->code = code_of(error);
    else
        result->bytes = (struct bytes){iovec.buffer, done}, result->at_end = room > 0 && done == 0;
    return result;
}

struct long_result {
    u8 failed;
    union {
        u64 value;
        u8 code;
    };
};

HOST(FILES, METHOD "write")
struct long_result *write_at(struct descriptor *descriptor, u8 *bytes, u32 size, u64 offset) {
    host_begin();
    struct long_result *result = scratch(sizeof *result, 8);
    struct iovec iovec = {bytes, size};
    u32 done = 0, error = fd_pwrite(fd_of(descriptor), &iovec, 1, offset, &done);
    *result = (struct long_result){.failed = error != 0, .value = done};
    if (error)
        result->code = code_of(error);
    return result;
}

struct timestamp {
    u8 some;
    u64 seconds;
    u32 rest;
};
struct stat_result {
    u8 failed;
    union {
        struct {
            u8 type;
            u64 links, size;
            struct timestamp accessed, modified, changed;
        };
        u8 code;
    };
};
_Static_assert(sizeof(struct stat_result) == 104, "descriptor-stat");

static struct timestamp timestamp_of(u64 time) {
    return (struct timestamp){1, time / 1000000000, (u32)(time % 1000000000)};
}

static struct stat_result *stat_result(u32 error, const struct filestat *stat) {
    struct stat_result *result = scratch(sizeof *result, 8);
    *result = (struct stat_result){.failed = error != 0};
    if (error) {
        result->code = code_of(error);
        return result;
    }
    result->type = type_of(stat->filetype);
    result->links = stat->links;
    result->size = stat->size;
    result->accessed = timestamp_of(stat->accessed);
    result->modified = timestamp_of(stat->modified);
    result->changed = timestamp_of(stat->changed);
    return result;
}

HOST(FILES, METHOD "stat") struct stat_result *stat_descriptor(struct descriptor *descriptor) {
    host_begin();
    struct filestat stat;
    u32 error = fd_filestat_get(fd_of(descriptor), &stat);
    return stat_result(error, &stat);
}
HOST(FILES, METHOD "stat-at")
struct stat_result *stat_at(struct descriptor *descriptor, u32 follow, const u8 *path, u32 size) {
    host_begin();
    struct filestat stat;
    u32 error = path_filestat_get(fd_of(descriptor), follow, path, size, &stat);
    return stat_result(error, &stat);
}

HOST(FILES, METHOD "is-same-object") u32 is_same_object(struct descriptor *a, struct descriptor *b) {
    struct filestat first, second;
    if (fd_filestat_get(fd_of(a), &first) || fd_filestat_get(fd_of(b), &second))
        return 0;
    return first.device == second.device && first.inode == second.inode;
}

struct hash_result {
    u8 failed;
    union {
        u64 halves[2];
        u8 code;
    };
};

static u64 mixed(u64 value) {
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
    value = (value ^ value >> 27) * 0x94d049bb133111eb;
    return value ^ value >> 31;
}

/* Changes with the file, and with what is written to it. */
static void hash_of(const struct filestat *stat, u64 *halves) {
    u64 state = mixed(stat->device + 1) ^ mixed(stat->inode + 2) ^ mixed(stat->size + 3);
    halves[0] = mixed(state ^ mixed(stat->modified + 4));
    halves[1] = mixed(halves[0] ^ stat->changed);
}

static struct hash_result *hash_result(u32 error, const struct filestat *stat) {
    struct hash_result *result = scratch(sizeof *result, 8);
    *result = (struct hash_result){.failed = error != 0};
    if (error) {
        result->code = code_of(error);
        return result;
    }
    hash_of(stat, result->halves);
    return result;
}

HOST(FILES, METHOD "metadata-hash") struct hash_result *metadata_hash(struct descriptor *descriptor) {
    host_begin();
    struct filestat stat;
    u32 error = fd_filestat_get(fd_of(descriptor), &stat);
    return hash_result(error, &stat);
}
HOST(FILES, METHOD "metadata-hash-at")
struct hash_result *metadata_hash_at(struct descriptor *descriptor, u32 follow, const u8 *path, u32 size) {
    host_begin();
    struct filestat stat;
    u32 error = path_filestat_get(fd_of(descriptor), follow, path, size, &stat);
    return hash_result(error, &stat);
}

/* Paths. */

HOST(FILES, METHOD "create-directory-at")
struct small_result *create_directory_at(struct descriptor *descriptor, const u8 *path, u32 size) {
    return small(path_create_directory(fd_of(descriptor), path, size), 0);
}
HOST(FILES, METHOD "remove-directory-at")
struct small_result *remove_directory_at(struct descriptor *descriptor, const u8 *path, u32 size) {
    return small(path_remove_directory(fd_of(descriptor), path, size), 0);
}
HOST(FILES, METHOD "unlink-file-at")
struct small_result *unlink_file_at(struct descriptor *descriptor, const u8 *path, u32 size) {
    return small(path_unlink_file(fd_of(descriptor), path, size), 0);
}
HOST(FILES, METHOD "link-at")
struct small_result *link_at(struct descriptor *descriptor, u32 follow, const u8 *path, u32 size,
    struct descriptor *to, const u8 *to_path, u32 to_size) {
    return small(path_link(fd_of(descriptor), follow, path, size, fd_of(to), to_path, to_size), 0);
}
HOST(FILES, METHOD "rename-at")
struct small_result *rename_at(struct descriptor *descriptor, const u8 *path, u32 size, struct descriptor *to,
    const u8 *to_path, u32 to_size) {
    return small(path_rename(fd_of(descriptor), path, size, fd_of(to), to_path, to_size), 0);
}
HOST(FILES, METHOD "symlink-at")
struct small_result *symlink_at(struct descriptor *descriptor, const u8 *target, u32 target_size, const u8 *path,
    u32 size) {
    return small(path_symlink(target, target_size, fd_of(descriptor), path, size), 0);
}

enum { OPEN_DIRECTORY = 2 };

static u32 open_path(struct descriptor *descriptor, u32 follow, const u8 *path, u32 size, u32 open_flags, u32 flags,
    struct descriptor **result) {
    struct fdstat stat;
    u32 opened = 0, error = fd_fdstat_get(fd_of(descriptor), &stat);
    if (!error) {
        u64 rights = stat.inheriting;
        if (!(flags & FLAG_READ))
            rights &= ~(u64)RIGHT_READ;
        /* What is opened to be written alone is no directory; as one the system would open it to be read, too. */
        if ((flags & (FLAG_READ | FLAG_WRITE)) == FLAG_WRITE && !(open_flags & OPEN_DIRECTORY))
            rights &= ~(u64)RIGHT_READDIR;
        if (!(flags & FLAG_WRITE))
            rights &= ~(u64)(RIGHT_DATASYNC | RIGHT_WRITE | RIGHT_ALLOCATE | RIGHT_SET_SIZE);
        u32 fdflags = (flags & FLAG_FILE_SYNC ? FDFLAG_SYNC : 0) | (flags & FLAG_DATA_SYNC ? FDFLAG_DSYNC : 0) |
                      (flags & FLAG_REQUESTED_SYNC ? FDFLAG_RSYNC : 0);
        error = path_open(fd_of(descriptor), follow, path, size, open_flags, rights, stat.inheriting, fdflags, &opened);
    }
    if (!error)
        *result = descriptor_new(opened);
    return error;
}

HOST(FILES, METHOD "open-at")
struct handle_result *open_at(struct descriptor *descriptor, u32 follow, const u8 *path, u32 size, u32 open_flags,
    u32 flags) {
    struct descriptor *opened = NULL;
    u32 error = open_path(descriptor, follow, path, size, open_flags, flags, &opened);
    return handle_or(error, opened);
}

struct text_result {
    u8 failed;
    union {
        struct bytes text;
        u8 code;
    };
};

static u32 read_link(struct descriptor *descriptor, const u8 *path, u32 size, struct bytes *text) {
    u32 room = 128, error;
    do {
        room *= 2;
        text->at = scratch(room, 1);
        error = path_readlink(fd_of(descriptor), path, size, text->at, room, &text->size);
    } while (!error && text->size == room);
    return error || is_text(text->at, text->size) ? error : WASI_EILSEQ;
}

HOST(FILES, METHOD "readlink-at")
struct text_result *readlink_at(struct descriptor *descriptor, const u8 *path, u32 size) {
    host_begin();
    struct text_result *result = scratch(sizeof *result, 4);
    *result = (struct text_result){0};
    u32 error = read_link(descriptor, path, size, &result->text);
    result->failed = error != 0;
    if (error)
        result->code = code_of(error);
    return result;
}

/* Directories. */

#define ENTRIES_ROOM 4096u

struct entries {
    struct file *file;
    u64 cookie;
    u32 at, size, room;
    u8 *buffer;
};

static u32 entries_new(struct descriptor *descriptor, struct entries **result) {
    struct fdstat stat;
    u32 error = fd_fdstat_get(fd_of(descriptor), &stat);
    if (error || stat.filetype != FILETYPE_DIRECTORY)
        return error ? error : WASI_ENOTDIR;
    struct entries *entries = *result = allocate(sizeof *entries);
    *entries = (struct entries){.file = file_use(descriptor->file), .room = ENTRIES_ROOM, .buffer = allocate(ENTRIES_ROOM)};
    return 0;
}

HOST(FILES, METHOD "read-directory") struct handle_result *read_directory(struct descriptor *descriptor) {
    struct entries *entries = NULL;
    u32 error = entries_new(descriptor, &entries);
    return handle_or(error, entries);
}

HOST(FILES, "[resource-drop]directory-entry-stream") void entries_drop(struct entries *entries) {
    file_drop(entries->file);
    release(entries->buffer, entries->room);
    release(entries, sizeof *entries);
}

struct entry_result {
    u8 failed;
    union {
        struct {
            u8 some;
            struct {
                u8 type;
                struct bytes name;
            } entry;
        };
        u8 code;
    };
};
_Static_assert(sizeof(struct entry_result) == 20, "directory-entry");

/* The entry that is whole at the beginning of what was not looked at yet. */
static bool take_entry(struct entries *entries, struct dirent *entry, u8 **name) {
    u32 left = entries->size - entries->at;
    if (left < sizeof *entry)
        return false;
    __builtin_memcpy(entry, entries->buffer + entries->at, sizeof *entry);
    if (left - sizeof *entry < entry->name_size)
        return false;
    *name = entries->buffer + entries->at + sizeof *entry;
    entries->at += sizeof *entry + entry->name_size;
    entries->cookie = entry->next;
    return true;
}

/* The next entry; its name is NULL at the end. */
static u32 next_entry(struct entries *entries, struct dirent *entry, u8 **name) {
    while (!take_entry(entries, entry, name)) {
        bool is_too_large = entries->at == 0 && entries->size == entries->room;
        if (is_too_large) {
            release(entries->buffer, entries->room);
            entries->room *= 2;
            entries->buffer = allocate(entries->room);
        }
        u32 error = fd_readdir(entries->file->fd, entries->buffer, entries->room, entries->cookie, &entries->size);
        entries->at = 0;
        *name = NULL;
        if (error || entries->size == 0)
            return error;
    }
    return 0;
}

/* The same without the directory itself and the one above. A name that is no text is an error; the next one follows it. */
static u32 next_named(struct entries *entries, struct dirent *entry, u8 **name) {
    for (;;) {
        u32 error = next_entry(entries, entry, name);
        bool is_dots = !error && *name && (*name)[0] == '.' &&
                       (entry->name_size == 1 || (entry->name_size == 2 && (*name)[1] == '.'));
        if (!is_dots)
            return error || !*name || is_text(*name, entry->name_size) ? error : WASI_EILSEQ;
    }
}

HOST(FILES, "[method]directory-entry-stream.read-directory-entry")
struct entry_result *read_directory_entry(struct entries *entries) {
    host_begin();
    struct entry_result *result = scratch(sizeof *result, 4);
    struct dirent entry;
    u8 *name;
    u32 error = next_named(entries, &entry, &name);
    *result = (struct entry_result){.failed = error != 0};
    if (error) {
        result->code = code_of(error);
    } else if (name) {
        result->some = 1;
        result->entry.type = type_of(entry.filetype);
        result->entry.name = (struct bytes){scratch(entry.name_size, 1), entry.name_size};
        __builtin_memcpy(result->entry.name.at, name, entry.name_size);
    }
    return result;
}

struct preopen_list {
    struct {
        struct descriptor *descriptor;
        struct bytes name;
    } *at;
    u32 count;
};

enum { FIRST_PREOPEN = 3, PREOPEN_DIRECTORY = 0 };

HOST("wasi:filesystem/preopens@0.2", "get-directories") struct preopen_list *get_directories(void) {
    host_begin();
    struct preopen_list *result = scratch(sizeof *result, 4);
    struct prestat stat;
    u32 last = FIRST_PREOPEN;
    while (!fd_prestat_get(last, &stat))
        last++;
    *result = (struct preopen_list){scratch((last - FIRST_PREOPEN) * sizeof *result->at, 4), 0};
    for (u32 fd = FIRST_PREOPEN; fd < last; fd++) {
        if (fd_prestat_get(fd, &stat) || stat.tag != PREOPEN_DIRECTORY)
            continue;
        struct bytes name = {scratch(stat.name_size, 1), stat.name_size};
        if (fd_prestat_dir_name(fd, name.at, name.size))
            continue;
        struct descriptor *descriptor = descriptor_new(fd);
        file_use(descriptor->file); /* it stays open: whoever asks again gets it again */
        result->at[result->count].descriptor = descriptor;
        result->at[result->count++].name = name;
    }
    return result;
}
