/* tcp-socket of WASI 0.3: connections that come are a stream, and so is what each of them carries, both ways. */
#include "../sockets.h"
#include "tasks.h"

#define TCP3(name) HOST(SOCKETS3, "[method]tcp-socket." name)

HOST(SOCKETS3, "[resource-drop]tcp-socket") void tcp3_drop(struct socket *socket) {
    socket_drop(socket);
}
HOST(SOCKETS3, "[static]tcp-socket.create") struct result3 *tcp3_create(u32 v6) {
    return create3(v6, false);
}
TCP3("bind") struct result3 *tcp3_bind(struct socket *socket, ADDRESS_PARAMS) {
    return socket3(bind3(socket, ADDRESS_ARGUMENTS), 0);
}

/* What is wrong with the address leaves the socket as it was; an attempt that fails closes it. */
TCP3("connect") struct result3 *tcp3_connect(struct socket *socket, ADDRESS_PARAMS) {
    struct net_address address = ADDRESS_ARGUMENTS;
    if (socket->state != UNBOUND && socket->state != BOUND) return socket3(SOCKET_INVALID_STATE, 0);
    u32 errno = net_connect(socket->file->fd, &address);
    if (errno == WASI_EACCES || errno == WASI_EINVAL || errno == WASI_EAFNOSUPPORT)
        return socket3(socket_error(errno), 0);
    if (errno == WASI_EINPROGRESS) {
        socket->state = CONNECTING;
        errno = wait_until(socket->file->fd, EVENT_WRITE) ? net_connected(socket->file->fd) : WASI_ECONNABORTED;
    }
    socket->state = errno ? CLOSED : CONNECTED;
    return socket3(socket_error(errno), 0);
}

/* Streams. */

static struct pump socket_pump(struct socket *socket, struct shared *stream) {
    return (struct pump){.stream = stream, .file = stream_new(file_use(socket->file), STREAM_SOCKET, 0)};
}

TCP3("listen") struct result3 *tcp3_listen(struct socket *socket) {
    if (socket->state != UNBOUND && socket->state != BOUND) return socket3(SOCKET_INVALID_STATE, 0);
    enum socket_error error = bind_implicitly(socket);
    if (error == SOCKET_DONE) error = socket_error(net_listen(socket->file->fd, socket->backlog));
    if (error != SOCKET_DONE) return socket3(error, 0);
    socket->state = LISTENING;
    struct shared *stream = new_shared(0, false);
    struct pump pump = socket_pump(socket, stream);
    pump.v6 = socket->v6;
    start_pump(PUMP_ACCEPT, pump);
    return socket3(SOCKET_DONE, (u32)stream);
}

static bool is_about_one_connection(u32 errno) {
    return errno == WASI_ECONNABORTED || errno == WASI_ECONNRESET || errno == WASI_EPROTO || errno == WASI_ENETDOWN ||
           errno == WASI_ENETUNREACH || errno == WASI_EHOSTUNREACH || errno == WASI_ENOPROTOOPT || errno == WASI_EPERM ||
           errno == WASI_ETIMEDOUT || errno == WASI_EINTR;
}

#define ACCEPT_MAX 64u

/* The stream ends where nothing more can come; what is wrong with one connection is nothing to those after it. */
static enum step step_accept(struct pump *pump) {
    struct shared *stream = pump->stream;
    struct end *reader = stream->waiting;
    u32 fd = pump->file->file->fd, count = 0, errno = 0;
    if (stream->dropped) return STEP_END;
    if (!reader) return STEP_IDLE;
    struct socket *sockets[ACCEPT_MAX];
    const u32 room = reader->length < ACCEPT_MAX ? reader->length : ACCEPT_MAX;
    if (!room && !is_ready_now(fd, EVENT_READ)) return STEP_READ;
    for (u32 tries = 0; count < room && tries < 2 * ACCEPT_MAX; tries++) {
        u32 accepted;
        errno = sock_accept(fd, FDFLAG_NONBLOCK, &accepted);
        if (!errno) sockets[count++] = socket_new(accepted, pump->v6, false, CONNECTED);
        else if (!is_about_one_connection(errno)) break;
    }
    if (count || !room) {
        code_copy(SITE_SOCKET, reader->site, (u32)sockets, reader->address, count);
        pump_moved(stream, count);
        return STEP_IDLE;
    }
    bool waits = !errno || errno == WASI_EAGAIN || is_about_one_connection(errno);
    bool may_have_more = errno == WASI_EMFILE || errno == WASI_ENFILE || errno == WASI_ENOBUFS || errno == WASI_ENOMEM;
    return waits ? STEP_READ : may_have_more ? STEP_LATER : STEP_END;
}

TCP3("send") struct shared *tcp3_send(struct socket *socket, struct shared *data) {
    struct pump pump = socket_pump(socket, data);
    if (socket->state != CONNECTED || socket->sends) pump.error = WASI_ENOTCONN;
    else socket->sends = true;
    return start_pump(PUMP_SOCKET_OUT, pump);
}
TCP3("receive") struct stream_and_result *tcp3_receive(struct socket *socket) {
    host_begin();
    struct stream_and_result *both = scratch(sizeof *both, 4);
    both->stream = new_shared(0, false);
    struct pump pump = socket_pump(socket, both->stream);
    if (socket->state != CONNECTED || socket->receives) pump.error = WASI_ENOTCONN;
    else socket->receives = true;
    both->result = start_pump(PUMP_SOCKET_IN, pump);
    return both;
}

/* The other side is told that all was sent; what is not wanted any more is thrown away. */
static void socket_side_ends(const struct pump *pump, bool dropped) {
    if (pump->error) return;
    if (pump->kind == PUMP_SOCKET_OUT) sock_shutdown(pump->file->file->fd, 2);
    else if (dropped) sock_shutdown(pump->file->file->fd, 1);
}

/* What is known of it, and options. */

TCP3("get-local-address") struct address3 *tcp3_local(struct socket *socket) {
    return local3(socket);
}
TCP3("get-remote-address") struct address3 *tcp3_remote(struct socket *socket) {
    struct net_address address = {0};
    if (socket->state != CONNECTED) return address3(SOCKET_INVALID_STATE, NULL);
    return address3(socket_error(net_address(socket->file->fd, true, &address)), &address);
}
TCP3("get-is-listening") u32 tcp3_is_listening(struct socket *socket) {
    return socket->state == LISTENING;
}
TCP3("get-address-family") u32 tcp3_family(struct socket *socket) {
    return socket->v6;
}
TCP3("set-listen-backlog-size") struct result3 *tcp3_set_backlog(struct socket *socket, u64 size) {
    if (!size) return socket3(SOCKET_INVALID_ARGUMENT, 0);
    if (socket->state == CONNECTING || socket->state == CONNECTED || socket->state == CLOSED)
        return socket3(SOCKET_INVALID_STATE, 0);
    socket->backlog = size < 65535 ? (u32)size : 65535;
    bool listens = socket->state == LISTENING;
    return socket3(listens ? socket_error(net_listen(socket->file->fd, socket->backlog)) : SOCKET_DONE, 0);
}
TCP3("get-keep-alive-enabled") struct result3 *tcp3_keep_alive(struct socket *socket) {
    return small_option3(socket, NET_KEEP_ALIVE);
}
TCP3("set-keep-alive-enabled") struct result3 *tcp3_set_keep_alive(struct socket *socket, u32 on) {
    return set_option3(socket, NET_KEEP_ALIVE, on);
}
TCP3("get-keep-alive-idle-time") struct wide3 *tcp3_idle(struct socket *socket) {
    return option3(socket, NET_KEEP_ALIVE_IDLE);
}
TCP3("set-keep-alive-idle-time") struct result3 *tcp3_set_idle(struct socket *socket, u64 time) {
    return set_option3(socket, NET_KEEP_ALIVE_IDLE, time);
}
TCP3("get-keep-alive-interval") struct wide3 *tcp3_interval(struct socket *socket) {
    return option3(socket, NET_KEEP_ALIVE_INTERVAL);
}
TCP3("set-keep-alive-interval") struct result3 *tcp3_set_interval(struct socket *socket, u64 time) {
    return set_option3(socket, NET_KEEP_ALIVE_INTERVAL, time);
}
TCP3("get-keep-alive-count") struct result3 *tcp3_count(struct socket *socket) {
    return small_option3(socket, NET_KEEP_ALIVE_COUNT);
}
TCP3("set-keep-alive-count") struct result3 *tcp3_set_count(struct socket *socket, u32 count) {
    return set_option3(socket, NET_KEEP_ALIVE_COUNT, count);
}
TCP3("get-hop-limit") struct result3 *tcp3_hop_limit(struct socket *socket) {
    return small_option3(socket, NET_HOP_LIMIT);
}
TCP3("set-hop-limit") struct result3 *tcp3_set_hop_limit(struct socket *socket, u32 hops) {
    return set_option3(socket, NET_HOP_LIMIT, hops & 255);
}
TCP3("get-receive-buffer-size") struct wide3 *tcp3_receive_buffer(struct socket *socket) {
    return option3(socket, NET_RECEIVE_BUFFER);
}
TCP3("set-receive-buffer-size") struct result3 *tcp3_set_receive_buffer(struct socket *socket, u64 size) {
    return set_option3(socket, NET_RECEIVE_BUFFER, size);
}
TCP3("get-send-buffer-size") struct wide3 *tcp3_send_buffer(struct socket *socket) {
    return option3(socket, NET_SEND_BUFFER);
}
TCP3("set-send-buffer-size") struct result3 *tcp3_set_send_buffer(struct socket *socket, u64 size) {
    return set_option3(socket, NET_SEND_BUFFER, size);
}
