/* wasi:sockets/udp. A socket that goes to one address alone is filtered here; the system's is never connected. */
#include "sockets.h"

#define SOCKETS_UDP "wasi:sockets/udp@0.2"
#define UDP(name) HOST(SOCKETS_UDP, "[method]udp-socket." name)

HOST("wasi:sockets/udp-create-socket@0.2", "create-udp-socket") struct socket_result *create_udp_socket(u32 v6) {
    host_begin();
    return socket_create(v6, true);
}
HOST(SOCKETS_UDP, "[resource-drop]udp-socket") void udp_drop(struct socket *socket) {
    socket_drop(socket);
}

UDP("start-bind") struct nothing_result *udp_start_bind(struct socket *socket, u32 network, ADDRESS_PARAMS) {
    host_begin();
    (void)network;
    return socket_start_bind(socket, ADDRESS_ARGUMENTS);
}
UDP("finish-bind") struct nothing_result *udp_finish_bind(struct socket *socket) {
    host_begin();
    return socket_finish_bind(socket);
}

/* The streams of a socket: where they go is as it was when they were made. */
struct datagrams {
    struct file *file;
    bool has_remote;
    struct net_address remote;
};

static struct datagrams *datagrams_new(const struct socket *socket) {
    struct datagrams *datagrams = allocate(sizeof *datagrams);
    *datagrams = (struct datagrams){file_use(socket->file), socket->has_remote, socket->remote};
    return datagrams;
}

static void datagrams_drop(struct datagrams *datagrams) {
    file_drop(datagrams->file);
    release(datagrams, sizeof *datagrams);
}

struct datagrams_result {
    u8 failed;
    union {
        struct datagrams *streams[2];
        u8 error;
    };
};

UDP("stream") struct datagrams_result *udp_stream(struct socket *socket, u32 has_remote, ADDRESS_PARAMS) {
    host_begin();
    struct datagrams_result *result = scratch(sizeof *result, 4);
    struct net_address remote = ADDRESS_ARGUMENTS;
    enum socket_error error = SOCKET_DONE;
    if (socket->state != BOUND && socket->state != CONNECTED)
        error = SOCKET_INVALID_STATE;
    else if (has_remote)
        error = socket_error(net_connect(socket->file->fd, &remote));
    *result = (struct datagrams_result){.failed = error != SOCKET_DONE};
    if (result->failed) {
        result->error = (u8)error;
        return result;
    }
    socket->state = has_remote ? CONNECTED : BOUND;
    socket->has_remote = has_remote != 0;
    socket->remote = remote;
    result->streams[0] = datagrams_new(socket);
    result->streams[1] = datagrams_new(socket);
    return result;
}

UDP("local-address") struct address_result *udp_local_address(struct socket *socket) {
    host_begin();
    return socket_local(socket);
}
UDP("remote-address") struct address_result *udp_remote_address(struct socket *socket) {
    host_begin();
    return address_or(socket->has_remote ? SOCKET_DONE : SOCKET_INVALID_STATE, &socket->remote);
}
UDP("address-family") u32 udp_address_family(struct socket *socket) {
    return socket->v6;
}
UDP("unicast-hop-limit") struct byte_result *udp_hop_limit(struct socket *socket) {
    host_begin();
    return socket_option_byte(socket, NET_HOP_LIMIT);
}
UDP("set-unicast-hop-limit") struct nothing_result *udp_set_hop_limit(struct socket *socket, u32 hops) {
    host_begin();
    return socket_set_option(socket, NET_HOP_LIMIT, hops & 255);
}
UDP("receive-buffer-size") struct u64_result *udp_receive_buffer(struct socket *socket) {
    host_begin();
    return socket_option(socket, NET_RECEIVE_BUFFER);
}
UDP("set-receive-buffer-size") struct nothing_result *udp_set_receive_buffer(struct socket *socket, u64 size) {
    host_begin();
    return socket_set_option(socket, NET_RECEIVE_BUFFER, size);
}
UDP("send-buffer-size") struct u64_result *udp_send_buffer(struct socket *socket) {
    host_begin();
    return socket_option(socket, NET_SEND_BUFFER);
}
UDP("set-send-buffer-size") struct nothing_result *udp_set_send_buffer(struct socket *socket, u64 size) {
    host_begin();
    return socket_set_option(socket, NET_SEND_BUFFER, size);
}
UDP("subscribe") struct pollable *udp_subscribe(struct socket *socket) {
    return pollable_of(&socket->source);
}

/* Taking. */

#define DATAGRAM_MAX 65536u
#define DATAGRAMS_AT_ONCE 16
/* Of others than the one that it is for: they do not keep a call from its end. */
#define DATAGRAMS_PASSED_OVER 64

struct incoming {
    struct bytes data;
    struct ip_socket_address from;
};
struct incoming_result {
    u8 failed;
    union {
        struct {
            struct incoming *at;
            u32 count;
        };
        u8 error;
    };
};

HOST(SOCKETS_UDP, "[method]incoming-datagram-stream.receive")
struct incoming_result *udp_receive(struct datagrams *datagrams, u64 most) {
    host_begin();
    struct incoming_result *result = scratch(sizeof *result, 4);
    u32 room = most < DATAGRAMS_AT_ONCE ? (u32)most : DATAGRAMS_AT_ONCE, count = 0, errno = WASI_SUCCESS;
    u32 passed = 0;
    struct incoming *list = scratch(room * sizeof *list, 4);
    u8 *buffer = scratch(room ? DATAGRAM_MAX : 0, 1);
    while (count < room && passed < DATAGRAMS_PASSED_OVER) {
        struct net_address from;
        u32 size;
        errno = net_receive(datagrams->file->fd, buffer, DATAGRAM_MAX, &from, &size);
        if (errno)
            break;
        if (datagrams->has_remote && !same_address(&from, &datagrams->remote)) {
            passed++;
            continue;
        }
        list[count].data = (struct bytes){scratch(size, 1), size};
        __builtin_memcpy(list[count].data.at, buffer, size);
        address_out(&from, &list[count++].from);
    }
    *result = (struct incoming_result){.at = list, .count = count};
    if (!count && errno && errno != WASI_EAGAIN)
        *result = (struct incoming_result){.failed = 1, .error = (u8)socket_error(errno)};
    return result;
}
HOST(SOCKETS_UDP, "[method]incoming-datagram-stream.subscribe")
struct pollable *udp_incoming_subscribe(struct datagrams *datagrams) {
    return pollable_new(POLL_READ, datagrams->file->fd, 0);
}
HOST(SOCKETS_UDP, "[resource-drop]incoming-datagram-stream") void udp_incoming_drop(struct datagrams *datagrams) {
    datagrams_drop(datagrams);
}

/* Sending. */

struct outgoing {
    struct bytes data;
    u8 has_remote;
    struct ip_socket_address remote;
};

HOST(SOCKETS_UDP, "[method]outgoing-datagram-stream.check-send")
struct u64_result *udp_check_send(struct datagrams *datagrams) {
    host_begin();
    return u64_or(SOCKET_DONE, fd_is_ready(datagrams->file->fd, POLL_WRITE) ? DATAGRAMS_AT_ONCE : 0);
}

static enum socket_error send_one(struct datagrams *datagrams, const struct outgoing *outgoing) {
    struct net_address to = outgoing->has_remote ? address_in(&outgoing->remote) : datagrams->remote;
    if (!outgoing->has_remote && !datagrams->has_remote)
        return SOCKET_INVALID_ARGUMENT;
    if (datagrams->has_remote && !same_address(&to, &datagrams->remote))
        return SOCKET_INVALID_ARGUMENT;
    return socket_error(net_send(datagrams->file->fd, outgoing->data.at, outgoing->data.size, &to));
}

HOST(SOCKETS_UDP, "[method]outgoing-datagram-stream.send")
struct u64_result *udp_send(struct datagrams *datagrams, const struct outgoing *list, u32 count) {
    host_begin();
    u32 sent = 0;
    enum socket_error error = SOCKET_DONE;
    while (sent < count && (error = send_one(datagrams, &list[sent])) == SOCKET_DONE)
        sent++;
    return u64_or(sent || error == SOCKET_WOULD_BLOCK ? SOCKET_DONE : error, sent);
}
HOST(SOCKETS_UDP, "[method]outgoing-datagram-stream.subscribe")
struct pollable *udp_outgoing_subscribe(struct datagrams *datagrams) {
    return pollable_new(POLL_WRITE, datagrams->file->fd, 0);
}
HOST(SOCKETS_UDP, "[resource-drop]outgoing-datagram-stream") void udp_outgoing_drop(struct datagrams *datagrams) {
    datagrams_drop(datagrams);
}
