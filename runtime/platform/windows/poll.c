/* Waiting for files on Windows. Pipes cannot be waited for: they are looked at again and again, at
   first often. */
#include "../files.h"
#include "errno.h"

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
        if (!PeekNamedPipe(file, NULL, 0, NULL, &available, NULL))
            return FILE_POLL_READ | FILE_POLL_HANGUP;
        return available ? FILE_POLL_READ : 0;
    default:
        return FILE_POLL_INVALID;
    }
}

INTERNAL u16 file_poll(struct file_poll *files, u32 count, u64 timeout) {
    u64 now, end;
    u32 pause = 0, ready = 0;
    process_clock_time(PROCESS_CLOCK_MONOTONIC, &now);
    end = now + timeout < now ? ~0ull : now + timeout;
    for (;;) {
        for (u32 i = 0; i < count; i++) {
            files[i].ready = files[i].file == FILE_NONE ? 0 : win_ready(&files[i]);
            ready |= files[i].ready;
        }
        process_clock_time(PROCESS_CLOCK_MONOTONIC, &now);
        if (ready || now >= end)
            return WASI_SUCCESS;
        u64 left = (end - now + 999999) / 1000000;
        u64 longest = count ? pause : 86400000;
        Sleep(left < longest ? (u32)left : (u32)longest);
        pause = pause < WIN_POLL_LONGEST ? pause + 1 : pause;
    }
}

INTERNAL u64 file_readable_size(file_handle file) {
    struct file_status status;
    u64 position;
    u32 available;
    if (GetFileType(win_file(file)) == WIN_TYPE_PIPE)
        return PeekNamedPipe(win_file(file), NULL, 0, NULL, &available, NULL) ? available : 0;
    if (file_status(file, &status) || file_seek(file, 0, WASI_WHENCE_CUR, &position))
        return 0;
    return position < status.size ? status.size - position : 0;
}
