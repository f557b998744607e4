/* Waiting for files on Linux. */
#include "../files.h"
#include "errno.h"
#include "syscall.h"

#define SYS_PPOLL LINUX_SYSCALL_NUMBER(271, 73)

enum { FIONREAD = 0x541b };
enum { POLLIN = 1, POLLOUT = 4, POLLERR = 8, POLLHUP = 16, POLLNVAL = 32 };

struct linux_pollfd {
    i32 file;
    i16 events, results;
};

static u32 linux_ready(u32 wanted, u32 results) {
    u32 ready = 0;
    if (results & POLLNVAL)
        return FILE_POLL_INVALID;
    if ((wanted & FILE_POLL_READ) && (results & (POLLIN | POLLHUP | POLLERR)))
        ready |= FILE_POLL_READ;
    if ((wanted & FILE_POLL_WRITE) && (results & (POLLOUT | POLLHUP | POLLERR)))
        ready |= FILE_POLL_WRITE;
    if (results & (POLLHUP | POLLERR))
        ready |= FILE_POLL_HANGUP;
    return ready;
}

static struct linux_pollfd linux_pollfd(file_handle file, u32 wanted) {
    i16 events = 0;
    events |= wanted & FILE_POLL_READ ? POLLIN : 0;
    events |= wanted & FILE_POLL_WRITE ? POLLOUT : 0;
    return (struct linux_pollfd){.file = (i32)file, .events = events};
}

INTERNAL u16 file_poll(struct file_poll *files, u32 count, u64 timeout) {
    struct linux_pollfd polls[count + 1];
    struct linux_time limit = {(i64)(timeout / 1000000000), (i64)(timeout % 1000000000)};
    u32 used = 0, at = 0;
    for (u32 i = 0; i < count; i++) {
        /* The kernel takes no more than there may be open files. */
        if (files[i].file != FILE_NONE)
            polls[used++] = linux_pollfd(files[i].file, files[i].wanted);
    }
    i64 result = linux_syscall(
        SYS_PPOLL, polls, used, timeout == FILE_POLL_FOREVER ? NULL : &limit, NULL, 8);
    for (u32 i = 0; i < count; i++) {
        files[i].ready = 0;
        if (files[i].file != FILE_NONE && result > 0)
            files[i].ready = linux_ready(files[i].wanted, (u32)polls[at++].results);
    }
    /* After a signal, as after a wait that ended early, the caller looks at the clock again. */
    return result == -EINTR ? WASI_SUCCESS : linux_error(result);
}

INTERNAL u16 file_wait(file_handle file, u32 wanted, bool wait) {
    struct linux_pollfd poll = linux_pollfd(file, wanted);
    struct linux_time none = {0, 0};
    i64 result = linux_syscall(SYS_PPOLL, &poll, 1, wait ? NULL : &none, NULL, 8);
    if (result == 0)
        return WASI_EAGAIN;
    return result == -EINTR ? WASI_SUCCESS : linux_error(result);
}

INTERNAL bool file_never_waits(file_handle file) {
    i64 flags = linux_syscall(SYS_FCNTL, file, F_GETFL);
    return flags >= 0 && (flags & O_NONBLOCK);
}

INTERNAL u64 file_readable_size(file_handle file) {
    struct file_status status;
    u64 position;
    i32 size = 0;
    if (!file_status(file, &status) && status.type == WASI_FILETYPE_REGULAR_FILE)
        return !file_seek(file, 0, WASI_WHENCE_CUR, &position) && position < status.size
                   ? status.size - position
                   : 0;
    return linux_syscall(SYS_IOCTL, file, FIONREAD, &size) < 0 ? 0 : (u64)size;
}
