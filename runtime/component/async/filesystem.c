/* WASI 0.3's filesystem: what 0.2 does, with other layouts of what it gives, and with streams that are threads. */
#include "../preview1.h"
#include "tasks.h"

#define FILES3 "wasi:filesystem/types@0.3"

HOST(FILES3, "[resource-drop]descriptor") void descriptor3_drop(struct descriptor *descriptor) {
    descriptor_drop(descriptor);
}

/* Results of 20 bytes, zeros but for an error. */
static struct result3 *result3(u32 error) {
    struct result3 *result = scratch(sizeof *result, 4);
    *result = (struct result3){.failed = error != 0};
    if (error) result->error = error3(error);
    return result;
}

static struct result3 *nothing_or(u32 error) {
    host_begin();
    return result3(error);
}

/* Streams. */

static bool is_directory(struct descriptor *descriptor) {
    struct fdstat stat = {0};
    return !fd_fdstat_get(fd_of(descriptor), &stat) && stat.filetype == FILETYPE_DIRECTORY;
}

static struct pump file_pump(struct descriptor *descriptor, struct shared *stream, u8 kind, u64 offset) {
    struct pump pump = {.stream = stream, .error = is_directory(descriptor) ? WASI_EISDIR : 0};
    pump.file = stream_new(file_use(descriptor->file), kind, offset);
    return pump;
}

HOST(FILES3, METHOD "read-via-stream")
struct stream_and_result *file3_read(struct descriptor *descriptor, u64 offset) {
    host_begin();
    struct stream_and_result *both = scratch(sizeof *both, 4);
    both->stream = new_shared(0, false);
    both->result = start_pump(PUMP_FILE_IN, file_pump(descriptor, both->stream, STREAM_AT, offset));
    return both;
}
HOST(FILES3, METHOD "write-via-stream")
struct shared *file3_write(struct descriptor *descriptor, struct shared *data, u64 offset) {
    return start_pump(PUMP_FILE_OUT, file_pump(descriptor, data, STREAM_AT, offset));
}
HOST(FILES3, METHOD "append-via-stream")
struct shared *file3_append(struct descriptor *descriptor, struct shared *data) {
    return start_pump(PUMP_FILE_OUT, file_pump(descriptor, data, STREAM_APPEND, 0));
}
HOST(FILES3, METHOD "read-directory") struct stream_and_result *entries3(struct descriptor *descriptor) {
    host_begin();
    struct stream_and_result *both = scratch(sizeof *both, 4);
    struct pump pump = {.stream = new_shared(0, false)};
    pump.error = entries_new(descriptor, &pump.entries);
    both->stream = pump.stream;
    both->result = start_pump(PUMP_ENTRIES, pump);
    return both;
}

/* Descriptors. */

HOST(FILES3, METHOD "advise")
struct result3 *advise3(struct descriptor *descriptor, u64 offset, u64 size, u32 advice) {
    return nothing_or(fd_advise(fd_of(descriptor), offset, size, advice));
}
HOST(FILES3, METHOD "sync-data") struct result3 *sync_data3(struct descriptor *descriptor) {
    return nothing_or(fd_datasync(fd_of(descriptor)));
}
HOST(FILES3, METHOD "sync") struct result3 *sync3(struct descriptor *descriptor) {
    return nothing_or(fd_sync(fd_of(descriptor)));
}
HOST(FILES3, METHOD "set-size") struct result3 *set_size3(struct descriptor *descriptor, u64 size) {
    return nothing_or(fd_filestat_set_size(fd_of(descriptor), size));
}
HOST(FILES3, METHOD "get-flags") struct result3 *get_flags3(struct descriptor *descriptor) {
    u8 flags = 0;
    u32 error = flags_of(descriptor, &flags);
    struct result3 *result = nothing_or(error);
    if (!error) result->flags = flags;
    return result;
}
HOST(FILES3, METHOD "get-type") struct result3 *get_type3(struct descriptor *descriptor) {
    struct fdstat stat = {0};
    u32 error = fd_fdstat_get(fd_of(descriptor), &stat);
    struct result3 *result = nothing_or(error);
    if (!error) result->type.which = type3_of(stat.filetype);
    return result;
}

/* Seconds may be negative here: times before 1970, which preview 1 has no numbers for. */
static bool is_early(u32 which, i64 seconds) {
    return which == TIME_SET && seconds < 0;
}

HOST(FILES3, METHOD "set-times")
struct result3 *set_times3(struct descriptor *descriptor, u32 a, i64 a_seconds, u32 a_rest, u32 m, i64 m_seconds, u32 m_rest) {
    if (is_early(a, a_seconds) || is_early(m, m_seconds)) return nothing_or(WASI_EOVERFLOW);
    return nothing_or(fd_filestat_set_times(fd_of(descriptor), nanoseconds((u64)a_seconds, a_rest),
        nanoseconds((u64)m_seconds, m_rest), time_flags(a, m)));
}
HOST(FILES3, METHOD "set-times-at")
struct result3 *set_times_at3(struct descriptor *descriptor, u32 follow, const u8 *path, u32 size, u32 a, i64 a_seconds,
    u32 a_rest, u32 m, i64 m_seconds, u32 m_rest) {
    if (is_early(a, a_seconds) || is_early(m, m_seconds)) return nothing_or(WASI_EOVERFLOW);
    return nothing_or(path_filestat_set_times(fd_of(descriptor), follow, path, size, nanoseconds((u64)a_seconds, a_rest),
        nanoseconds((u64)m_seconds, m_rest), time_flags(a, m)));
}

struct stat3 {
    u8 failed;
    union {
        struct case3 error;
        struct {
            struct case3 type;
            u64 links, size;
            struct timestamp accessed, modified, changed;
        };
    } __attribute__((aligned(8)));
};
_Static_assert(sizeof(struct stat3) == 112, "descriptor-stat");

static struct stat3 *stat3(u32 error, const struct filestat *stat) {
    struct stat3 *result = scratch(sizeof *result, 8);
    *result = (struct stat3){.failed = error != 0};
    if (error) {
        result->error = error3(error);
        return result;
    }
    result->type.which = type3_of(stat->filetype);
    result->links = stat->links;
    result->size = stat->size;
    result->accessed = timestamp_of(stat->accessed);
    result->modified = timestamp_of(stat->modified);
    result->changed = timestamp_of(stat->changed);
    return result;
}

HOST(FILES3, METHOD "stat") struct stat3 *stat_descriptor3(struct descriptor *descriptor) {
    host_begin();
    struct filestat stat;
    u32 error = fd_filestat_get(fd_of(descriptor), &stat);
    return stat3(error, &stat);
}
HOST(FILES3, METHOD "stat-at")
struct stat3 *stat_at3(struct descriptor *descriptor, u32 follow, const u8 *path, u32 size) {
    host_begin();
    struct filestat stat;
    u32 error = path_filestat_get(fd_of(descriptor), follow, path, size, &stat);
    return stat3(error, &stat);
}
HOST(FILES3, METHOD "is-same-object") u32 is_same_object3(struct descriptor *a, struct descriptor *b) {
    return is_same_object(a, b);
}

struct hash3 {
    u8 failed;
    union {
        struct case3 error;
        u64 halves[2];
    };
};
_Static_assert(sizeof(struct hash3) == 24, "metadata-hash-value");

static struct hash3 *hash3(u32 error, const struct filestat *stat) {
    struct hash3 *result = scratch(sizeof *result, 8);
    *result = (struct hash3){.failed = error != 0};
    if (error) result->error = error3(error);
    else hash_of(stat, result->halves);
    return result;
}

HOST(FILES3, METHOD "metadata-hash") struct hash3 *metadata_hash3(struct descriptor *descriptor) {
    host_begin();
    struct filestat stat;
    u32 error = fd_filestat_get(fd_of(descriptor), &stat);
    return hash3(error, &stat);
}
HOST(FILES3, METHOD "metadata-hash-at")
struct hash3 *metadata_hash_at3(struct descriptor *descriptor, u32 follow, const u8 *path, u32 size) {
    host_begin();
    struct filestat stat;
    u32 error = path_filestat_get(fd_of(descriptor), follow, path, size, &stat);
    return hash3(error, &stat);
}

/* Paths. */

HOST(FILES3, METHOD "create-directory-at")
struct result3 *create_directory_at3(struct descriptor *descriptor, const u8 *path, u32 size) {
    return nothing_or(path_create_directory(fd_of(descriptor), path, size));
}
HOST(FILES3, METHOD "remove-directory-at")
struct result3 *remove_directory_at3(struct descriptor *descriptor, const u8 *path, u32 size) {
    return nothing_or(path_remove_directory(fd_of(descriptor), path, size));
}
HOST(FILES3, METHOD "unlink-file-at")
struct result3 *unlink_file_at3(struct descriptor *descriptor, const u8 *path, u32 size) {
    return nothing_or(path_unlink_file(fd_of(descriptor), path, size));
}
HOST(FILES3, METHOD "link-at")
struct result3 *link_at3(struct descriptor *descriptor, u32 follow, const u8 *path, u32 size, struct descriptor *to,
    const u8 *to_path, u32 to_size) {
    return nothing_or(path_link(fd_of(descriptor), follow, path, size, fd_of(to), to_path, to_size));
}
HOST(FILES3, METHOD "rename-at")
struct result3 *rename_at3(struct descriptor *descriptor, const u8 *path, u32 size, struct descriptor *to,
    const u8 *to_path, u32 to_size) {
    return nothing_or(path_rename(fd_of(descriptor), path, size, fd_of(to), to_path, to_size));
}
HOST(FILES3, METHOD "symlink-at")
struct result3 *symlink_at3(struct descriptor *descriptor, const u8 *to, u32 to_size, const u8 *path, u32 size) {
    return nothing_or(path_symlink(to, to_size, fd_of(descriptor), path, size));
}
HOST(FILES3, METHOD "open-at")
struct result3 *open_at3(struct descriptor *descriptor, u32 follow, const u8 *path, u32 size, u32 open_flags, u32 flags) {
    struct descriptor *opened = NULL;
    u32 error = open_path(descriptor, follow, path, size, open_flags, flags, &opened);
    struct result3 *result = nothing_or(error);
    if (!error) result->handle = opened;
    return result;
}
HOST(FILES3, METHOD "readlink-at")
struct result3 *readlink_at3(struct descriptor *descriptor, const u8 *path, u32 size) {
    host_begin();
    struct bytes text = {0};
    u32 error = read_link(descriptor, path, size, &text);
    struct result3 *result = result3(error);
    if (!error) result->text = text;
    return result;
}

HOST("wasi:filesystem/preopens@0.3", "get-directories") struct preopen_list *directories3(void) {
    return get_directories();
}
