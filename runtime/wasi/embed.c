/* Files inside the executable. Their handles are negative, so that no call has to ask the platform
   whose a handle is; from here on, the names of files.h mean functions that know both kinds. What
   would change a file never comes here: embedded directories are read-only, and files opened in
   them have no right to be written. */
#include "../platform/files.h"
#include "../program.h"
#include "errno.h"
#include "fds.h"

#define EMBED_TAG (1ull << 63)
#define EMBED_OPEN_FILE (1ull << 62) /* the rest is an index in embed_open; else it is a node */

/* Of all embedded files: no device of the host has it. */
#define EMBED_DEVICE 0x6465646465626d65ull

/* Embedded files that are open: all that fit the table, and one that is yet to be entered. A
   directory needs no state. */
static struct {
    const struct wasm_embedded_node *node; /* NULL: free */
    u64 position;
} embed_open[FDS_MAX + 1];

static bool embed_has(file_handle file) {
    return file < FILE_NONE;
}

static file_handle embed_directory(u32 node) {
    return (file_handle)(EMBED_TAG | node);
}

static const struct wasm_embedded_node *embed_node(file_handle file) {
    u32 index = (u32)file;
    return (u64)file & EMBED_OPEN_FILE ? embed_open[index].node : &wasm_embedded_nodes[index];
}

static const char *embed_name(const struct wasm_embedded_node *node) {
    return (const char *)wasm_embedded_bytes + node->name;
}

/* The entry of a directory with that name. */
static u16 embed_find(
    file_handle directory, const char *name, const struct wasm_embedded_node **found) {
    const struct wasm_embedded_node *parent = embed_node(directory);
    u64 low = parent->start, high = low + parent->size;
    if (name[0] == '.' && !name[1]) {
        *found = parent;
        return WASI_SUCCESS;
    }
    while (low < high) {
        u64 middle = low + (high - low) / 2;
        const u8 *a = (const u8 *)embed_name(&wasm_embedded_nodes[middle]), *b = (const u8 *)name;
        while (*a && *a == *b) {
            a++;
            b++;
        }
        if (*a == *b) {
            *found = &wasm_embedded_nodes[middle];
            return WASI_SUCCESS;
        }
        if (*a < *b)
            low = middle + 1;
        else
            high = middle;
    }
    return WASI_ENOENT;
}

static u16 embed_enter(const struct wasm_embedded_node *node, file_handle *file) {
    if (node->directory) {
        *file = embed_directory((u32)(node - wasm_embedded_nodes));
        return WASI_SUCCESS;
    }
    for (u32 i = 0; i < sizeof embed_open / sizeof *embed_open; i++) {
        if (!embed_open[i].node) {
            embed_open[i].node = node;
            embed_open[i].position = 0;
            *file = (file_handle)(EMBED_TAG | EMBED_OPEN_FILE | i);
            return WASI_SUCCESS;
        }
    }
    return WASI_EMFILE;
}

INTERNAL u16 embed_or_open_directory(file_handle directory, const char *name, file_handle *file) {
    const struct wasm_embedded_node *node;
    if (!embed_has(directory))
        return file_open_directory(directory, name, file);
    u16 error = embed_find(directory, name, &node);
    if (!error && !node->directory)
        error = WASI_ENOTDIR;
    return error ? error : embed_enter(node, file);
}

INTERNAL u16 embed_or_open(
    file_handle directory, const char *name, u32 flags, file_handle *file) {
    const struct wasm_embedded_node *node;
    if (!embed_has(directory))
        return file_open(directory, name, flags, file);
    u16 error = embed_find(directory, name, &node);
    if (!error && (flags & FILE_DIRECTORY) && !node->directory)
        error = WASI_ENOTDIR;
    return error ? error : embed_enter(node, file);
}

INTERNAL void embed_or_close(file_handle file) {
    if (!embed_has(file))
        file_close(file);
    else if ((u64)file & EMBED_OPEN_FILE)
        embed_open[(u32)file].node = NULL;
}

INTERNAL bool embed_or_may_wait(file_handle file) {
    return !embed_has(file) && file_may_wait(file);
}

INTERNAL bool embed_or_is_granted(file_handle granted, file_handle file) {
    return embed_has(file) || file_is_granted(granted, file);
}

INTERNAL bool embed_or_is_terminal(file_handle file) {
    return !embed_has(file) && file_is_terminal(file);
}

/* Times are 1970: they would make two builds differ. */
static u16 embed_status(const struct wasm_embedded_node *node, struct file_status *status) {
    *status = (struct file_status){
        .device = EMBED_DEVICE,
        .inode = (u64)(node - wasm_embedded_nodes) + 1,
        .links = 1,
        .size = node->directory ? 0 : node->size,
        .type = node->directory ? WASI_FILETYPE_DIRECTORY : WASI_FILETYPE_REGULAR_FILE,
    };
    return WASI_SUCCESS;
}

INTERNAL u16 embed_or_status(file_handle file, struct file_status *status) {
    return embed_has(file) ? embed_status(embed_node(file), status) : file_status(file, status);
}

INTERNAL u16 embed_or_status_at(
    file_handle directory, const char *name, struct file_status *status) {
    const struct wasm_embedded_node *node;
    if (!embed_has(directory))
        return file_status_at(directory, name, status);
    u16 error = embed_find(directory, name, &node);
    return error ? error : embed_status(node, status);
}

/* There are no links. */
INTERNAL u16 embed_or_read_link(
    file_handle directory, const char *name, void *target, u64 size, u64 *target_size) {
    const struct wasm_embedded_node *node;
    if (!embed_has(directory))
        return file_read_link(directory, name, target, size, target_size);
    u16 error = embed_find(directory, name, &node);
    return error ? error : WASI_EINVAL;
}

INTERNAL u16 embed_or_advise(file_handle file, u64 offset, u64 size, u32 advice) {
    return embed_has(file) ? WASI_SUCCESS : file_advise(file, offset, size, advice);
}

INTERNAL u16 embed_or_sync(file_handle file, bool data_only) {
    return embed_has(file) ? WASI_SUCCESS : file_sync(file, data_only);
}

INTERNAL u16 embed_or_set_append(file_handle file, bool append) {
    return embed_has(file) ? WASI_SUCCESS : file_set_append(file, append);
}

INTERNAL u16 embed_or_read_at(
    file_handle file, const struct file_slice *slices, u32 count, u64 offset, u64 *done) {
    if (!embed_has(file))
        return file_read_at(file, slices, count, offset, done);
    const struct wasm_embedded_node *node = embed_node(file);
    *done = 0;
    if (node->directory)
        return WASI_EISDIR;
    for (u32 i = 0; i < count && offset < node->size; i++) {
        u64 left = node->size - offset;
        u64 part = slices[i].size < left ? slices[i].size : left;
        guest_bytes_write(slices[i].base, wasm_embedded_bytes + node->start + offset, part);
        offset += part;
        *done += part;
    }
    return WASI_SUCCESS;
}

INTERNAL u16 embed_or_read(
    file_handle file, const struct file_slice *slices, u32 count, u64 *done) {
    if (!embed_has(file))
        return file_read(file, slices, count, done);
    bool directory = embed_node(file)->directory;
    u64 position = directory ? 0 : embed_open[(u32)file].position;
    u16 error = embed_or_read_at(file, slices, count, position, done);
    if (!error)
        embed_open[(u32)file].position += *done;
    return error;
}

INTERNAL u16 embed_or_seek(file_handle file, i64 offset, u32 whence, u64 *position) {
    if (!embed_has(file))
        return file_seek(file, offset, whence, position);
    const struct wasm_embedded_node *node = embed_node(file);
    i64 base = 0;
    if (node->directory)
        return WASI_EISDIR;
    if (whence == WASI_WHENCE_CUR)
        base = (i64)embed_open[(u32)file].position;
    if (whence == WASI_WHENCE_END)
        base = (i64)node->size;
    if (__builtin_add_overflow(base, offset, &base))
        return WASI_EOVERFLOW;
    if (base < 0)
        return WASI_EINVAL;
    *position = embed_open[(u32)file].position = (u64)base;
    return WASI_SUCCESS;
}

INTERNAL u16 embed_or_read_directory(
    file_handle directory, struct file_stream *stream, u64 cookie, struct file_entry *entry) {
    if (!embed_has(directory))
        return file_read_directory(directory, stream, cookie, entry);
    const struct wasm_embedded_node *parent = embed_node(directory), *node = parent;
    *entry = (struct file_entry){.name = NULL};
    if (cookie >= parent->size + 2)
        return WASI_SUCCESS;
    if (cookie >= 2) {
        node = &wasm_embedded_nodes[parent->start + cookie - 2];
        entry->name = embed_name(node);
    } else {
        entry->name = cookie ? ".." : ".";
    }
    while (entry->name[entry->name_size])
        entry->name_size++;
    entry->inode = (u64)(node - wasm_embedded_nodes) + 1;
    entry->type = node->directory ? WASI_FILETYPE_DIRECTORY : WASI_FILETYPE_REGULAR_FILE;
    return WASI_SUCCESS;
}

INTERNAL void embed_or_close_stream(file_handle directory, struct file_stream *stream) {
    if (!embed_has(directory))
        file_close_stream(directory, stream);
}

INTERNAL u64 embed_or_readable_size(file_handle file) {
    if (!embed_has(file))
        return file_readable_size(file);
    u64 size = embed_node(file)->size, position = embed_open[(u32)file].position;
    return position < size ? size - position : 0;
}

/* Embedded files are always ready, so that with one of them nothing is waited for. */
INTERNAL u16 embed_or_poll(struct file_poll *files, u32 count, u64 timeout) {
    file_handle handles[count + 1];
    for (u32 i = 0; i < count; i++) {
        handles[i] = files[i].file;
        if (embed_has(files[i].file)) {
            files[i].file = FILE_NONE;
            timeout = 0;
        }
    }
    u16 error = file_poll(files, count, timeout);
    for (u32 i = 0; i < count; i++) {
        files[i].file = handles[i];
        if (embed_has(handles[i]))
            files[i].ready = files[i].wanted;
    }
    return error;
}

INTERNAL u16 embed_or_wait(file_handle file, u32 wanted, bool wait) {
    return embed_has(file) ? WASI_SUCCESS : file_wait(file, wanted, wait);
}

INTERNAL bool embed_or_never_waits(file_handle file) {
    return embed_has(file) || file_never_waits(file);
}

#define file_open_directory embed_or_open_directory
#define file_open embed_or_open
#define file_close embed_or_close
#define file_may_wait embed_or_may_wait
#define file_is_granted embed_or_is_granted
#define file_is_terminal embed_or_is_terminal
#define file_status(file, status) embed_or_status(file, status)
#define file_status_at embed_or_status_at
#define file_read_link embed_or_read_link
#define file_advise embed_or_advise
#define file_sync embed_or_sync
#define file_set_append embed_or_set_append
#define file_read embed_or_read
#define file_read_at embed_or_read_at
#define file_seek embed_or_seek
#define file_read_directory embed_or_read_directory
#define file_close_stream embed_or_close_stream
#define file_readable_size embed_or_readable_size
#define file_poll(files, count, timeout) embed_or_poll(files, count, timeout)
#define file_wait embed_or_wait
#define file_never_waits embed_or_never_waits
