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

int socket(int family, int type, int protocol);
int setsockopt(int file, int level, int option, const void *value, u32 size);
int bind(int file, const void *address, u32 size);
int listen(int file, int backlog);
int accept(int file, void *address, u32 *size);
i64 recvmsg(int file, struct posix_message *message, int flags);
i64 sendmsg(int file, const struct posix_message *message, int flags);
int shutdown(int file, int how);

enum { POSIX_SOCK_STREAM = 1, POSIX_AF_INET = 2, POSIX_AF_INET6 = 30 };
enum { POSIX_SOL_SOCKET = 0xffff, POSIX_SO_REUSEADDR = 4 };
enum { POSIX_TCP = 6, POSIX_TCP_NODELAY = 1, POSIX_IPV6 = 41, POSIX_IPV6_V6ONLY = 27 };

/* More connections that wait to be accepted are refused; the system may allow fewer. */
#define POSIX_BACKLOG 4096

/* struct sockaddr_in, struct sockaddr_in6 */
struct posix_address {
    u8 size, family;
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

static void posix_set_option(int file, int level, int option) {
    int on = 1;
    setsockopt(file, level, option, &on, sizeof on);
}

INTERNAL u16 file_listen(const struct wasm_grant_listen *grant, file_handle *file) {
    struct posix_address address = {
        .size = grant->v6 ? 28 : 16,
        .family = grant->v6 ? POSIX_AF_INET6 : POSIX_AF_INET,
        .port = {(u8)(grant->port >> 8), (u8)grant->port},
    };
    __builtin_memcpy(
        grant->v6 ? address.v6.address : address.v4, grant->address, grant->v6 ? 16 : 4);
    u16 error = posix_opened(socket(address.family, POSIX_SOCK_STREAM, 0), file);
    if (error)
        return error;
    int opened = (int)*file;
    /* Connections of an earlier run that are still closing do not keep the address. */
    posix_set_option(opened, POSIX_SOL_SOCKET, POSIX_SO_REUSEADDR);
    posix_set_option(opened, POSIX_TCP, POSIX_TCP_NODELAY);
    if (grant->v6)
        posix_set_option(opened, POSIX_IPV6, POSIX_IPV6_V6ONLY);
    error = posix_error(bind(opened, &address, address.size));
    if (!error)
        error = posix_error(listen(opened, POSIX_BACKLOG));
    /* A connection that is gone when it is accepted is not waited for: another one may not come. */
    if (!error)
        error = posix_error(fcntl(opened, POSIX_F_SETFL, POSIX_O_NONBLOCK));
    if (error)
        close(opened);
    return error;
}

INTERNAL u16 file_accept(file_handle file, file_handle *accepted) {
    int result;
    do
        result = accept((int)file, NULL, NULL);
    while (posix_error(result) == WASI_EINTR);
    u16 error = posix_opened(result, accepted);
    /* It is as its listener is, which does not wait; nor does any socket where programs have the net. */
#ifndef WASM_NET
    if (!error)
        fcntl((int)*accepted, POSIX_F_SETFL, 0);
#endif
    return error;
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
