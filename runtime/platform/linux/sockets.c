/* Sockets on Linux. */
#include "../files.h"
#include "errno.h"
#include "syscall.h"

#define SYS_ACCEPT4 LINUX_SYSCALL_NUMBER(288, 242)
#define SYS_SENDMSG LINUX_SYSCALL_NUMBER(46, 211)
#define SYS_RECVMSG LINUX_SYSCALL_NUMBER(47, 212)
#define SYS_SHUTDOWN LINUX_SYSCALL_NUMBER(48, 210)
#define SYS_GETSOCKOPT LINUX_SYSCALL_NUMBER(55, 209)

enum {
    MSG_PEEK = 2,
    MSG_TRUNC = 0x20,
    MSG_DONTWAIT = 0x40,
    MSG_WAITALL = 0x100,
    MSG_NOSIGNAL = 0x4000
};
enum { SOL_SOCKET = 1, SO_TYPE = 3, SOCK_DGRAM = 2, SOCK_CLOEXEC = 02000000 };

struct linux_message {
    void *name;
    u64 name_size;
    const struct file_slice *slices;
    u64 slice_count;
    void *control;
    u64 control_size;
    u64 flags;
};

static bool linux_is_datagram(file_handle file) {
    i32 type = 0, size = sizeof type;
    return linux_syscall(SYS_GETSOCKOPT, file, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
           type == SOCK_DGRAM;
}

INTERNAL u16 file_accept(file_handle file, file_handle *accepted) {
    i64 result;
    do
        result = linux_syscall(SYS_ACCEPT4, file, NULL, NULL, SOCK_CLOEXEC);
    while (result == -EINTR);
    return linux_opened(result, accepted);
}

INTERNAL u16 file_receive(file_handle file, const struct file_slice *slices, u32 count, u32 flags,
    u64 *done, u32 *received) {
    struct linux_message message = {.slices = slices, .slice_count = count};
    u32 how = 0;
    i64 result;
    how |= flags & WASI_RECEIVE_PEEK ? MSG_PEEK : 0;
    how |= flags & WASI_RECEIVE_WAITALL ? MSG_WAITALL : 0;
    do
        result = linux_syscall(SYS_RECVMSG, file, &message, how);
    while (result == -EINTR);
    *done = (u64)result;
    *received = message.flags & MSG_TRUNC ? WASI_RECEIVED_TRUNCATED : 0;
    return linux_error(result);
}

INTERNAL u16 file_send(
    file_handle file, const struct file_slice *slices, u32 count, bool wait, u64 *done) {
    struct linux_message message = {.slices = slices, .slice_count = count};
    i64 result;
    do
        result = linux_syscall(
            SYS_SENDMSG, file, &message, wait ? MSG_NOSIGNAL : MSG_NOSIGNAL | MSG_DONTWAIT);
    while (result == -EINTR);
    *done = (u64)result;
    return linux_error(result);
}

INTERNAL u16 file_shutdown(file_handle file, u32 how) {
    static const u8 numbers[] = {0, 0, 1, 2};
    return linux_error(linux_syscall(SYS_SHUTDOWN, file, numbers[how]));
}
