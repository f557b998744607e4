/* Reading directories on macOS: libSystem's streams, which cannot be sought to a number, but hold
   on to the last entry. */
#include "../files.h"
#include "errno.h"

struct posix_dirent {
    u64 inode, place;
    u16 size, name_size;
    u8 type;
    char name[1024];
};

int closedir(void *stream);
void *posix_fdopendir(int file) POSIX_INODE64("fdopendir");
struct posix_dirent *posix_readdir(void *stream) POSIX_INODE64("readdir");
void posix_rewinddir(void *stream) POSIX_INODE64("rewinddir");

/* The stream gets a descriptor of its own, which closedir closes. */
static u16 posix_open_stream(file_handle directory, struct file_stream *stream) {
    int copy = fcntl((int)directory, POSIX_F_DUPFD_CLOEXEC, 3);
    if (copy == -1)
        return posix_error(copy);
    stream->state = posix_fdopendir(copy);
    if (stream->state)
        return WASI_SUCCESS;
    u16 error = posix_error(-1);
    close(copy);
    return error;
}

static void posix_give_entry(const struct posix_dirent *found, struct file_entry *entry) {
    entry->inode = found->inode;
    entry->name = found->name;
    entry->name_size = found->name_size;
    entry->type = posix_type((u32)found->type << 12);
}

INTERNAL u16 file_read_directory(
    file_handle directory, struct file_stream *stream, u64 cookie, struct file_entry *entry) {
    u16 error = stream->state ? WASI_SUCCESS : posix_open_stream(directory, stream);
    if (error)
        return error;
    *entry = (struct file_entry){.name = NULL};
    if (cookie && cookie + 1 == stream->next) {
        posix_give_entry((const struct posix_dirent *)stream->last_place, entry);
        return WASI_SUCCESS;
    }
    if (cookie == 0 || cookie < stream->next) {
        posix_rewinddir(stream->state);
        stream->next = 0;
    }
    for (;;) {
        *__error() = 0;
        const struct posix_dirent *found = posix_readdir(stream->state);
        if (!found) {
            error = *__error() ? posix_error(-1) : WASI_SUCCESS;
            /* Removed while it was open: it has no entries. */
            return error == WASI_ENOENT ? WASI_SUCCESS : error;
        }
        stream->last_place = (u64)found;
        if (stream->next++ == cookie) {
            posix_give_entry(found, entry);
            return WASI_SUCCESS;
        }
    }
}

INTERNAL void file_close_stream(file_handle directory, struct file_stream *stream) {
    (void)directory;
    if (stream->state)
        closedir(stream->state);
}
