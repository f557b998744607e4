/* Sockets on Linux. */
#include "../files.h"
#include "errno.h"
#include "syscall.h"

#define SYS_SOCKET LINUX_SYSCALL_NUMBER(41, 198)
#define SYS_BIND LINUX_SYSCALL_NUMBER(49, 200)
#define SYS_LISTEN LINUX_SYSCALL_NUMBER(50, 201)
#define SYS_SETSOCKOPT LINUX_SYSCALL_NUMBER(54, 208)
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
enum { SOCK_STREAM = 1, SOCK_DGRAM = 2, SOCK_CLOEXEC = 02000000 };
enum { SOL_SOCKET = 1, SO_REUSEADDR = 2, SO_TYPE = 3 };
enum { AF_INET = 2, AF_INET6 = 10 };
enum { IPPROTO_TCP = 6, TCP_NODELAY = 1, IPPROTO_IPV6 = 41, IPV6_V6ONLY = 26 };

/* More connections that wait to be accepted are refused; the system may allow fewer. */
#define LINUX_BACKLOG 4096

/* Where programs have the net, no socket waits by itself. */
#ifdef WASM_NET
#define LINUX_ACCEPTED 04000 /* SOCK_NONBLOCK */
#else
#define LINUX_ACCEPTED 0
#endif

/* struct sockaddr_in, struct sockaddr_in6 */
struct linux_address {
    u16 family;
    u8 port[2];
    union {
        u8 v4[4];
        struct {
            u32 flow;
            u8 address[16];
            u32 scope;
        } v6;
    };
};

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

static void linux_set_option(file_handle socket, i32 level, i32 option) {
    i32 on = 1;
    linux_syscall(SYS_SETSOCKOPT, socket, level, option, &on, sizeof on);
}

INTERNAL u16 file_listen(const struct wasm_grant_listen *listen, file_handle *file) {
    struct linux_address address = {
        .family = listen->v6 ? AF_INET6 : AF_INET,
        .port = {(u8)(listen->port >> 8), (u8)listen->port},
    };
    __builtin_memcpy(listen->v6 ? address.v6.address : address.v4, listen->address,
        listen->v6 ? 16 : 4);
    file_handle socket;
    u16 error = linux_opened(
        linux_syscall(SYS_SOCKET, address.family, SOCK_STREAM | SOCK_CLOEXEC, 0), &socket);
    if (error)
        return error;
    /* Connections of an earlier run that are still closing do not keep the address. */
    linux_set_option(socket, SOL_SOCKET, SO_REUSEADDR);
    linux_set_option(socket, IPPROTO_TCP, TCP_NODELAY);
    if (listen->v6)
        linux_set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY);
    i64 result = linux_syscall(SYS_BIND, socket, &address, listen->v6 ? 28 : 16);
    if (result >= 0)
        result = linux_syscall(SYS_LISTEN, socket, LINUX_BACKLOG);
    if (result < 0)
        linux_syscall(SYS_CLOSE, socket);
    *file = socket;
    return linux_error(result);
}

INTERNAL u16 file_accept(file_handle file, file_handle *accepted) {
    i64 result;
    do
        result = linux_syscall(SYS_ACCEPT4, file, NULL, NULL, SOCK_CLOEXEC | LINUX_ACCEPTED);
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
