/* wasi:sockets/tcp */
#include "sockets.h"

#define SOCKETS_TCP "wasi:sockets/tcp@0.2"
#define TCP(name) HOST(SOCKETS_TCP, "[method]tcp-socket." name)

HOST("wasi:sockets/tcp-create-socket@0.2", "create-tcp-socket") struct socket_result *create_tcp_socket(u32 v6) {
    host_begin();
    return socket_create(v6, false);
}
HOST(SOCKETS_TCP, "[resource-drop]tcp-socket") void tcp_drop(struct socket *socket) {
    socket_drop(socket);
}

TCP("start-bind") struct nothing_result *tcp_start_bind(struct socket *socket, u32 network, ADDRESS_PARAMS) {
    host_begin();
    (void)network;
    return socket_start_bind(socket, ADDRESS_ARGUMENTS);
}
TCP("finish-bind") struct nothing_result *tcp_finish_bind(struct socket *socket) {
    host_begin();
    return socket_finish_bind(socket);
}

/* What is wrong with the address is said at once, what comes of the connection when it is finished. */
TCP("start-connect") struct nothing_result *tcp_start_connect(struct socket *socket, u32 network, ADDRESS_PARAMS) {
    host_begin();
    (void)network;
    struct net_address address = ADDRESS_ARGUMENTS;
    if (socket->state == CONNECTING || socket->state == BINDING || socket->state == LISTENING_SOON)
        return nothing(SOCKET_CONCURRENCY_CONFLICT);
    if (socket->state != UNBOUND && socket->state != BOUND)
        return nothing(SOCKET_INVALID_STATE);
    u32 errno = net_connect(socket->file->fd, &address);
    if (errno == WASI_EACCES || errno == WASI_EINVAL || errno == WASI_EAFNOSUPPORT)
        return nothing(socket_error(errno));
    bool begun = errno == WASI_SUCCESS || errno == WASI_EINPROGRESS;
    socket->state = CONNECTING;
    socket->failure = (u8)(begun ? SOCKET_DONE : socket_error(errno));
    socket->source.kind = begun ? POLL_WRITE : POLL_READY;
    return nothing(SOCKET_DONE);
}

struct streams_result {
    u8 failed;
    union {
        struct stream *streams[2];
        u8 error;
    };
};

static void streams_of(struct file *file, struct stream **streams) {
    streams[0] = stream_new(file_use(file), STREAM_PLAIN, 0);
    streams[1] = stream_new(file_use(file), STREAM_SOCKET, 0);
}

TCP("finish-connect") struct streams_result *tcp_finish_connect(struct socket *socket) {
    host_begin();
    struct streams_result *result = scratch(sizeof *result, 4);
    enum socket_error error = SOCKET_NOT_IN_PROGRESS;
    if (socket->state == CONNECTING) {
        error = (enum socket_error)socket->failure;
        if (error == SOCKET_DONE)
            error = fd_is_ready(socket->file->fd, POLL_WRITE) ? socket_error(net_connected(socket->file->fd))
                                                              : SOCKET_WOULD_BLOCK;
        if (error != SOCKET_WOULD_BLOCK) {
            socket->state = error == SOCKET_DONE ? CONNECTED : CLOSED;
            socket->source.kind = POLL_READY;
        }
    }
    *result = (struct streams_result){.failed = error != SOCKET_DONE};
    if (result->failed)
        result->error = (u8)error;
    else
        streams_of(socket->file, result->streams);
    return result;
}

TCP("start-listen") struct nothing_result *tcp_start_listen(struct socket *socket) {
    host_begin();
    if (socket->state == BINDING || socket->state == LISTENING_SOON || socket->state == CONNECTING)
        return nothing(SOCKET_CONCURRENCY_CONFLICT);
    if (socket->state != BOUND)
        return nothing(SOCKET_INVALID_STATE);
    enum socket_error error = socket_error(net_listen(socket->file->fd, socket->backlog));
    if (error == SOCKET_DONE)
        socket->state = LISTENING_SOON;
    return nothing(error);
}
TCP("finish-listen") struct nothing_result *tcp_finish_listen(struct socket *socket) {
    host_begin();
    if (socket->state != LISTENING_SOON)
        return nothing(SOCKET_NOT_IN_PROGRESS);
    socket->state = LISTENING;
    socket->source.kind = POLL_READ;
    return nothing(SOCKET_DONE);
}

struct accept_result {
    u8 failed;
    union {
        struct {
            struct socket *socket;
            struct stream *streams[2];
        };
        u8 error;
    };
};

TCP("accept") struct accept_result *tcp_accept(struct socket *socket) {
    host_begin();
    struct accept_result *result = scratch(sizeof *result, 4);
    u32 fd;
    enum socket_error error =
        socket->state == LISTENING ? socket_error(sock_accept(socket->file->fd, 0, &fd)) : SOCKET_INVALID_STATE;
    *result = (struct accept_result){.failed = error != SOCKET_DONE};
    if (result->failed) {
        result->error = (u8)error;
        return result;
    }
    result->socket = socket_new(fd, socket->v6, false, CONNECTED);
    streams_of(result->socket->file, result->streams);
    return result;
}

TCP("local-address") struct address_result *tcp_local_address(struct socket *socket) {
    host_begin();
    return socket_local(socket);
}
TCP("remote-address") struct address_result *tcp_remote_address(struct socket *socket) {
    host_begin();
    struct net_address address;
    if (socket->state != CONNECTED)
        return address_or(SOCKET_INVALID_STATE, NULL);
    return address_or(socket_error(net_address(socket->file->fd, true, &address)), &address);
}
TCP("is-listening") u32 tcp_is_listening(struct socket *socket) {
    return socket->state == LISTENING;
}
TCP("address-family") u32 tcp_address_family(struct socket *socket) {
    return socket->v6;
}

TCP("set-listen-backlog-size") struct nothing_result *tcp_set_backlog(struct socket *socket, u64 size) {
    host_begin();
    if (!size)
        return nothing(SOCKET_INVALID_ARGUMENT);
    if (socket->state == CONNECTING || socket->state == CONNECTED || socket->state == CLOSED)
        return nothing(SOCKET_INVALID_STATE);
    socket->backlog = size < 65535 ? (u32)size : 65535;
    return nothing(socket->state == LISTENING ? socket_error(net_listen(socket->file->fd, socket->backlog)) : SOCKET_DONE);
}
TCP("keep-alive-enabled") struct byte_result *tcp_keep_alive(struct socket *socket) {
    host_begin();
    struct byte_result *result = socket_option_byte(socket, NET_KEEP_ALIVE);
    if (!result->failed)
        result->value = result->value != 0;
    return result;
}
TCP("set-keep-alive-enabled") struct nothing_result *tcp_set_keep_alive(struct socket *socket, u32 on) {
    host_begin();
    return socket_set_option(socket, NET_KEEP_ALIVE, on);
}
TCP("keep-alive-idle-time") struct u64_result *tcp_idle(struct socket *socket) {
    host_begin();
    return socket_option(socket, NET_KEEP_ALIVE_IDLE);
}
TCP("set-keep-alive-idle-time") struct nothing_result *tcp_set_idle(struct socket *socket, u64 time) {
    host_begin();
    return socket_set_option(socket, NET_KEEP_ALIVE_IDLE, time);
}
TCP("keep-alive-interval") struct u64_result *tcp_interval(struct socket *socket) {
    host_begin();
    return socket_option(socket, NET_KEEP_ALIVE_INTERVAL);
}
TCP("set-keep-alive-interval") struct nothing_result *tcp_set_interval(struct socket *socket, u64 time) {
    host_begin();
    return socket_set_option(socket, NET_KEEP_ALIVE_INTERVAL, time);
}
TCP("keep-alive-count") struct u32_result *tcp_count(struct socket *socket) {
    host_begin();
    struct u64_result *from = socket_option(socket, NET_KEEP_ALIVE_COUNT);
    struct u32_result *result = scratch(sizeof *result, 4);
    *result = (struct u32_result){.failed = from->failed, .value = (u32)from->value};
    return result;
}
TCP("set-keep-alive-count") struct nothing_result *tcp_set_count(struct socket *socket, u32 count) {
    host_begin();
    return socket_set_option(socket, NET_KEEP_ALIVE_COUNT, count);
}
TCP("hop-limit") struct byte_result *tcp_hop_limit(struct socket *socket) {
    host_begin();
    return socket_option_byte(socket, NET_HOP_LIMIT);
}
TCP("set-hop-limit") struct nothing_result *tcp_set_hop_limit(struct socket *socket, u32 hops) {
    host_begin();
    return socket_set_option(socket, NET_HOP_LIMIT, hops & 255);
}
TCP("receive-buffer-size") struct u64_result *tcp_receive_buffer(struct socket *socket) {
    host_begin();
    return socket_option(socket, NET_RECEIVE_BUFFER);
}
TCP("set-receive-buffer-size") struct nothing_result *tcp_set_receive_buffer(struct socket *socket, u64 size) {
    host_begin();
    return socket_set_option(socket, NET_RECEIVE_BUFFER, size);
}
TCP("send-buffer-size") struct u64_result *tcp_send_buffer(struct socket *socket) {
    host_begin();
    return socket_option(socket, NET_SEND_BUFFER);
}
TCP("set-send-buffer-size") struct nothing_result *tcp_set_send_buffer(struct socket *socket, u64 size) {
    host_begin();
    return socket_set_option(socket, NET_SEND_BUFFER, size);
}

TCP("subscribe") struct pollable *tcp_subscribe(struct socket *socket) {
    return pollable_of(&socket->source);
}

TCP("shutdown") struct nothing_result *tcp_shutdown(struct socket *socket, u32 how) {
    host_begin();
    if (socket->state != CONNECTED)
        return nothing(SOCKET_INVALID_STATE);
    u32 errno = sock_shutdown(socket->file->fd, how + 1);
    /* The other side may have ended it. */
    return nothing(errno == WASI_ENOTCONN ? SOCKET_DONE : socket_error(errno));
}
