/* Waiting for files on Windows. Pipes cannot be waited for: they are looked at again and again, at
   first often, and meanwhile sockets are waited for. */
#include "../files.h"
#include "errno.h"
#include "sockets.h"

#define WIN_POLL_LONGEST 16 /* milliseconds between two looks */

static u32 win_ready(const struct file_poll *poll) {
    win_handle file = win_file(poll->file);
    u32 available;
    if (poll->wanted & FILE_POLL_WRITE)
        return GetFileType(file) == 0 ? FILE_POLL_INVALID : FILE_POLL_WRITE;
    switch (GetFileType(file)) {
    case WIN_TYPE_DISK:
        return FILE_POLL_READ;
    case WIN_TYPE_CHARACTER:
        if (!win_is_console(file) || win_typed.at < win_typed.size)
            return FILE_POLL_READ;
        return WaitForSingleObject(file, 0) == 0 ? FILE_POLL_READ : 0;
    case WIN_TYPE_PIPE:
        if (PeekNamedPipe(file, NULL, 0, NULL, &available, NULL))
            return available ? FILE_POLL_READ : 0;
        /* What cannot be looked into, as a socket, may have something. */
        return FILE_POLL_READ | (win_last_error() == WASI_EPIPE ? FILE_POLL_HANGUP : 0);
    default:
        return FILE_POLL_INVALID;
    }
}

#ifdef WASM_LISTEN
static u32 win_socket_ready(u32 wanted, u32 results) {
    u32 ready = 0;
    if (results & WIN_POLLNVAL)
        return FILE_POLL_INVALID;
    if (results & (WIN_POLLIN | WIN_POLLHUP | WIN_POLLERR))
        ready |= wanted & FILE_POLL_READ;
    if (results & (WIN_POLLOUT | WIN_POLLHUP | WIN_POLLERR))
        ready |= wanted & FILE_POLL_WRITE;
    if (results & (WIN_POLLHUP | WIN_POLLERR))
        ready |= FILE_POLL_HANGUP;
    return ready;
}
#endif

/* Waits that long, or until one of the sockets is ready; for nothing if there are none. */
static u32 win_wait(struct file_poll *files, u32 count, u32 milliseconds) {
#ifdef WASM_LISTEN
    struct win_socket_poll polls[count + 1];
    u32 sockets = 0, at = 0, ready = 0;
    for (u32 i = 0; i < count; i++) {
        i16 events = 0;
        if (!win_is_socket(files[i].file))
            continue;
        events |= files[i].wanted & FILE_POLL_READ ? WIN_POLLIN : 0;
        events |= files[i].wanted & FILE_POLL_WRITE ? WIN_POLLOUT : 0;
        polls[sockets++] = (struct win_socket_poll){win_socket(files[i].file), events, 0};
    }
    if (sockets) {
        i32 result = WSAPoll(polls, sockets, (i32)milliseconds);
        for (u32 i = 0; i < count; i++) {
            if (!win_is_socket(files[i].file))
                continue;
            u32 results = result > 0 ? (u16)polls[at].results : 0;
            files[i].ready = win_socket_ready(files[i].wanted, results);
            ready |= files[i].ready;
            at++;
        }
        return ready;
    }
#else
    (void)files, (void)count;
#endif
    if (milliseconds)
        Sleep(milliseconds);
    return 0;
}

INTERNAL u16 file_poll(struct file_poll *files, u32 count, u64 timeout) {
    u64 now, end;
    u32 pause = 0, wait = 0;
    process_clock_time(PROCESS_CLOCK_MONOTONIC, &now);
    end = now + timeout < now ? ~0ull : now + timeout;
    for (;;) {
        u32 others = 0, ready = 0;
        for (u32 i = 0; i < count; i++) {
            files[i].ready = 0;
            if (files[i].file == FILE_NONE || win_is_socket(files[i].file))
                continue;
            files[i].ready = win_ready(&files[i]);
            ready |= files[i].ready;
            others++;
        }
        ready |= win_wait(files, count, ready ? 0 : wait);
        process_clock_time(PROCESS_CLOCK_MONOTONIC, &now);
        if (ready || now >= end)
            return WASI_SUCCESS;
        u64 left = (end - now + 999999) / 1000000;
        u64 longest = others ? pause : 86400000;
        wait = left < longest ? (u32)left : (u32)longest;
        pause = pause < WIN_POLL_LONGEST ? pause + 1 : pause;
    }
}

INTERNAL u16 file_wait(file_handle file, u32 wanted, bool wait) {
    struct file_poll poll = {.file = file, .wanted = wanted};
    u16 error = file_poll(&poll, 1, wait ? FILE_POLL_FOREVER : 0);
    return error || wait || poll.ready ? error : WASI_EAGAIN;
}

INTERNAL bool file_never_waits(file_handle file) {
    (void)file;
    return false;
}

INTERNAL u64 file_readable_size(file_handle file) {
    struct file_status status;
    u64 position;
    u32 available = 0;
    if (win_is_socket(file))
        return ioctlsocket(win_socket(file), WIN_FIONREAD, &available) ? 0 : available;
    if (GetFileType(win_file(file)) == WIN_TYPE_PIPE)
        return PeekNamedPipe(win_file(file), NULL, 0, NULL, &available, NULL) ? available : 0;
    if (file_status(file, &status) || file_seek(file, 0, WASI_WHENCE_CUR, &position))
        return 0;
    return position < status.size ? status.size - position : 0;
}
