/* Waiting for files on macOS. */
#include "../files.h"
#include "errno.h"

struct posix_pollfd {
    i32 file;
    i16 events, results;
};

int poll(struct posix_pollfd *files, u32 count, int milliseconds);

enum {
    POSIX_POLLIN = 1,
    POSIX_POLLOUT = 4,
    POSIX_POLLERR = 8,
    POSIX_POLLHUP = 16,
    POSIX_POLLNVAL = 32
};

static u32 posix_ready(const struct file_poll *file, u32 results) {
    struct file_status status;
    u32 ready = 0;
    /* Of some devices the system cannot tell: they are always ready. */
    if (results & POSIX_POLLNVAL)
        return file_status(file->file, &status) ? FILE_POLL_INVALID : file->wanted;
    if (results & (POSIX_POLLIN | POSIX_POLLHUP | POSIX_POLLERR))
        ready |= file->wanted & FILE_POLL_READ;
    if (results & (POSIX_POLLOUT | POSIX_POLLHUP | POSIX_POLLERR))
        ready |= file->wanted & FILE_POLL_WRITE;
    if (results & (POSIX_POLLHUP | POSIX_POLLERR))
        ready |= FILE_POLL_HANGUP;
    return ready;
}

static struct posix_pollfd posix_pollfd(file_handle file, u32 wanted) {
    i16 events = 0;
    events |= wanted & FILE_POLL_READ ? POSIX_POLLIN : 0;
    events |= wanted & FILE_POLL_WRITE ? POSIX_POLLOUT : 0;
    return (struct posix_pollfd){.file = (i32)file, .events = events};
}

INTERNAL u16 file_poll(struct file_poll *files, u32 count, u64 timeout) {
    struct posix_pollfd polls[count + 1];
    struct posix_time limit = {
        (i64)(timeout / POSIX_NANOSECONDS), (long)(timeout % POSIX_NANOSECONDS)};
    /* Without files the wait can be finer than milliseconds. */
    if (count == 0) {
        nanosleep(&limit, NULL);
        return WASI_SUCCESS;
    }
    u32 used = 0, at = 0;
    for (u32 i = 0; i < count; i++) {
        /* The system takes no more than there may be open files. */
        if (files[i].file != FILE_NONE)
            polls[used++] = posix_pollfd(files[i].file, files[i].wanted);
    }
    u64 milliseconds = timeout / 1000000 + (timeout % 1000000 != 0);
    int wait = milliseconds > 0x7fffffff ? 0x7fffffff : (int)milliseconds;
    int result = poll(polls, used, timeout == FILE_POLL_FOREVER ? -1 : wait);
    for (u32 i = 0; i < count; i++) {
        files[i].ready = 0;
        if (files[i].file != FILE_NONE && result > 0)
            files[i].ready = posix_ready(&files[i], (u32)polls[at++].results);
    }
    /* After a signal, as after a wait that ended early, the caller looks at the clock again. */
    u16 error = posix_error(result);
    return error == WASI_EINTR ? WASI_SUCCESS : error;
}

INTERNAL u16 file_wait(file_handle file, u32 wanted, bool wait) {
    struct posix_pollfd asked = posix_pollfd(file, wanted);
    int result = poll(&asked, 1, wait ? -1 : 0);
    u16 error = result == 0 ? WASI_EAGAIN : posix_error(result);
    return error == WASI_EINTR ? WASI_SUCCESS : error;
}

INTERNAL bool file_never_waits(file_handle file) {
    int flags = fcntl((int)file, POSIX_F_GETFL);
    return flags >= 0 && (flags & POSIX_O_NONBLOCK);
}

/* A pipe's size is what is in it. */
INTERNAL u64 file_readable_size(file_handle file) {
    struct file_status status;
    u64 position = 0;
    if (file_status(file, &status))
        return 0;
    if (status.type == WASI_FILETYPE_REGULAR_FILE && file_seek(file, 0, WASI_WHENCE_CUR, &position))
        return 0;
    return position < status.size ? status.size - position : 0;
}
