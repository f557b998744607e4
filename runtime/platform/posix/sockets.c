/* Sockets on macOS. */
#include "../files.h"
#include "errno.h"

struct posix_message {
    void *name;
    u32 name_size;
    const struct file_slice *slices;
    i32 slice_count;
    void *control;
    u32 control_size;
    i32 flags;
};

enum {
    POSIX_MSG_PEEK = 2,
    POSIX_MSG_TRUNC = 0x10,
    POSIX_MSG_WAITALL = 0x40,
    POSIX_MSG_DONTWAIT = 0x80
};

int accept(int file, void *address, u32 *size);
i64 recvmsg(int file, struct posix_message *message, int flags);
i64 sendmsg(int file, const struct posix_message *message, int flags);
int shutdown(int file, int how);

INTERNAL u16 file_accept(file_handle file, file_handle *accepted) {
    int result;
    do
        result = accept((int)file, NULL, NULL);
    while (posix_error(result) == WASI_EINTR);
    return posix_opened(result, accepted);
}

INTERNAL u16 file_receive(file_handle file, const struct file_slice *slices, u32 count, u32 flags,
    u64 *done, u32 *received) {
    struct posix_message message = {.slices = slices, .slice_count = (i32)count};
    int how = 0;
    u16 error;
    how |= flags & WASI_RECEIVE_PEEK ? POSIX_MSG_PEEK : 0;
    how |= flags & WASI_RECEIVE_WAITALL ? POSIX_MSG_WAITALL : 0;
    while (!posix_transferred(recvmsg((int)file, &message, how), done, &error))
        continue;
    *received = message.flags & POSIX_MSG_TRUNC ? WASI_RECEIVED_TRUNCATED : 0;
    return error;
}

INTERNAL u16 file_send(
    file_handle file, const struct file_slice *slices, u32 count, bool wait, u64 *done) {
    struct posix_message message = {.slices = slices, .slice_count = (i32)count};
    u16 error;
    while (!posix_transferred(
        sendmsg((int)file, &message, wait ? 0 : POSIX_MSG_DONTWAIT), done, &error))
        continue;
    return error;
}

INTERNAL u16 file_shutdown(file_handle file, u32 how) {
    return posix_error(shutdown((int)file, (int)how - 1));
}
