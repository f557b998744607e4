/* udp-socket of WASI 0.3. As in 0.2, the system's socket is never connected. */
#include "../sockets.h"
#include "tasks.h"

#define UDP3(name) HOST(SOCKETS3, "[method]udp-socket." name)

HOST(SOCKETS3, "[resource-drop]udp-socket") void udp3_drop(struct socket *socket) {
    socket_drop(socket);
}
HOST(SOCKETS3, "[static]udp-socket.create") struct result3 *udp3_create(u32 v6) {
    return create3(v6, true);
}
UDP3("bind") struct result3 *udp3_bind(struct socket *socket, ADDRESS_PARAMS) {
    return socket3(bind3(socket, ADDRESS_ARGUMENTS), 0);
}
UDP3("connect") struct result3 *udp3_connect(struct socket *socket, ADDRESS_PARAMS) {
    struct net_address remote = ADDRESS_ARGUMENTS;
    enum socket_error error = socket_error(net_connect(socket->file->fd, &remote));
    if (error == SOCKET_DONE) error = bind_implicitly(socket);
    if (error != SOCKET_DONE) return socket3(error, 0);
    socket->has_remote = true;
    socket->remote = remote;
    return socket3(SOCKET_DONE, 0);
}
UDP3("disconnect") struct result3 *udp3_disconnect(struct socket *socket) {
    bool connected = socket->has_remote;
    socket->has_remote = false;
    return socket3(connected ? SOCKET_DONE : SOCKET_INVALID_STATE, 0);
}

static u32 send3(struct socket *socket, const u8 *data, u32 size, const struct net_address *to) {
    u32 errno = net_send(socket->file->fd, data, size, to);
    if (errno != WASI_EAGAIN) return errno;
    /* What was passed is not there any more when other calls have been made. */
    u8 *kept = allocate(size);
    __builtin_memcpy(kept, data, size);
    while (errno == WASI_EAGAIN)
        errno = wait_until(socket->file->fd, EVENT_WRITE) ? net_send(socket->file->fd, kept, size, to) : WASI_ECONNABORTED;
    release(kept, size);
    return errno;
}

UDP3("send")
struct result3 *udp3_send(struct socket *socket, const u8 *data, u32 size, u32 has_remote, ADDRESS_PARAMS) {
    struct net_address to = ADDRESS_ARGUMENTS;
    if (!has_remote) to = socket->remote;
    if (!has_remote && !socket->has_remote) return socket3(SOCKET_INVALID_ARGUMENT, 0);
    if (socket->has_remote && !same_address(&to, &socket->remote)) return socket3(SOCKET_INVALID_ARGUMENT, 0);
    if (size > DATAGRAM_MAX) return socket3(SOCKET_DATAGRAM_TOO_LARGE, 0);
    enum socket_error error = bind_implicitly(socket);
    return socket3(error == SOCKET_DONE ? socket_error(send3(socket, data, size, &to)) : error, 0);
}

struct received3 {
    u8 failed;
    union {
        struct case3 error;
        struct incoming datagram;
    };
};
_Static_assert(sizeof(struct received3) == 44, "result<tuple<list<u8>, ip-socket-address>, error-code>");

/* One from where it may come from; EAGAIN: there is none. */
static u32 receive3(struct socket *socket, struct incoming *datagram) {
    struct net_address from;
    u8 *buffer = scratch(DATAGRAM_MAX, 1);
    u32 size = 0, errno;
    do
        errno = net_receive(socket->file->fd, buffer, DATAGRAM_MAX, &from, &size);
    while (!errno && socket->has_remote && !same_address(&from, &socket->remote));
    if (errno) return errno;
    datagram->data = (struct bytes){buffer, size};
    address_out(&from, &datagram->from);
    return WASI_SUCCESS;
}

UDP3("receive") struct received3 *udp3_receive(struct socket *socket) {
    for (;;) {
        host_begin();
        struct received3 *result = scratch(sizeof *result, 4);
        *result = (struct received3){0};
        u32 errno = socket->state == UNBOUND ? WASI_ENOTCONN : receive3(socket, &result->datagram);
        if (errno == WASI_EAGAIN && wait_until(socket->file->fd, EVENT_READ)) continue;
        if (errno) *result = (struct received3){.failed = 1, .error = socket_error3(errno)};
        return result;
    }
}

/* What is known of it, and options. */

UDP3("get-local-address") struct address3 *udp3_local(struct socket *socket) {
    return local3(socket);
}
UDP3("get-remote-address") struct address3 *udp3_remote(struct socket *socket) {
    return address3(socket->has_remote ? SOCKET_DONE : SOCKET_INVALID_STATE, &socket->remote);
}
UDP3("get-address-family") u32 udp3_family(struct socket *socket) {
    return socket->v6;
}
UDP3("get-unicast-hop-limit") struct result3 *udp3_hop_limit(struct socket *socket) {
    return small_option3(socket, NET_HOP_LIMIT);
}
UDP3("set-unicast-hop-limit") struct result3 *udp3_set_hop_limit(struct socket *socket, u32 hops) {
    return set_option3(socket, NET_HOP_LIMIT, hops & 255);
}
UDP3("get-receive-buffer-size") struct wide3 *udp3_receive_buffer(struct socket *socket) {
    return option3(socket, NET_RECEIVE_BUFFER);
}
UDP3("set-receive-buffer-size") struct result3 *udp3_set_receive_buffer(struct socket *socket, u64 size) {
    return set_option3(socket, NET_RECEIVE_BUFFER, size);
}
UDP3("get-send-buffer-size") struct wide3 *udp3_send_buffer(struct socket *socket) {
    return option3(socket, NET_SEND_BUFFER);
}
UDP3("set-send-buffer-size") struct result3 *udp3_set_send_buffer(struct socket *socket, u64 size) {
    return set_option3(socket, NET_SEND_BUFFER, size);
}
