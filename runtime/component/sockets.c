/* wasi:sockets: what TCP and UDP have in common, and options. */
#include "sockets.h"

#define SOCKETS_NETWORK "wasi:sockets/network@0.2"

/* There is one network; what of it may be opened, the program's grants say. */
HOST("wasi:sockets/instance-network@0.2", "instance-network") u32 instance_network(void) {
    return 1;
}

static enum socket_error socket_error(u32 errno) {
    switch (errno) {
    case WASI_SUCCESS:
        return SOCKET_DONE;
    case WASI_EACCES:
    case WASI_EPERM:
        return SOCKET_ACCESS_DENIED;
    case WASI_ENOTSUP:
    case WASI_EAFNOSUPPORT:
    case WASI_EPROTONOSUPPORT:
    case WASI_ENOSYS:
        return SOCKET_NOT_SUPPORTED;
    case WASI_EINVAL:
        return SOCKET_INVALID_ARGUMENT;
    case WASI_ENOMEM:
    case WASI_ENOBUFS:
        return SOCKET_OUT_OF_MEMORY;
    case WASI_ETIMEDOUT:
        return SOCKET_TIMEOUT;
    case WASI_EAGAIN:
    case WASI_EINPROGRESS:
    case WASI_EALREADY:
        return SOCKET_WOULD_BLOCK;
    case WASI_EISCONN:
    case WASI_ENOTCONN:
        return SOCKET_INVALID_STATE;
    case WASI_EMFILE:
    case WASI_ENFILE:
        return SOCKET_NEW_SOCKET_LIMIT;
    case WASI_EADDRNOTAVAIL:
        return SOCKET_ADDRESS_NOT_BINDABLE;
    case WASI_EADDRINUSE:
        return SOCKET_ADDRESS_IN_USE;
    case WASI_EHOSTUNREACH:
    case WASI_ENETUNREACH:
    case WASI_ENETDOWN:
        return SOCKET_REMOTE_UNREACHABLE;
    case WASI_ECONNREFUSED:
        return SOCKET_CONNECTION_REFUSED;
    case WASI_ECONNRESET:
    case WASI_EPIPE:
        return SOCKET_CONNECTION_RESET;
    case WASI_ECONNABORTED:
        return SOCKET_CONNECTION_ABORTED;
    case WASI_EMSGSIZE:
        return SOCKET_DATAGRAM_TOO_LARGE;
    default:
        return SOCKET_UNKNOWN;
    }
}

struct optional_error {
    u8 some, error;
};

HOST(SOCKETS_NETWORK, "network-error-code") struct optional_error *network_error_code(u32 error) {
    host_begin();
    struct optional_error *result = scratch(sizeof *result, 1);
    *result = (struct optional_error){1, (u8)socket_error(error_code(error))};
    return result;
}

/* Results. */

static struct nothing_result *nothing(enum socket_error error) {
    struct nothing_result *result = scratch(sizeof *result, 1);
    *result = (struct nothing_result){error != SOCKET_DONE, (u8)error};
    return result;
}

static struct byte_result *byte_or(enum socket_error error, u32 value) {
    struct byte_result *result = scratch(sizeof *result, 1);
    *result = (struct byte_result){error != SOCKET_DONE, (u8)(error == SOCKET_DONE ? value : error)};
    return result;
}

static struct u64_result *u64_or(enum socket_error error, u64 value) {
    struct u64_result *result = scratch(sizeof *result, 8);
    *result = (struct u64_result){.failed = error != SOCKET_DONE};
    if (result->failed)
        result->error = (u8)error;
    else
        result->value = value;
    return result;
}

static struct socket_result *socket_or(enum socket_error error, struct socket *socket) {
    struct socket_result *result = scratch(sizeof *result, 4);
    *result = (struct socket_result){.failed = error != SOCKET_DONE};
    if (result->failed)
        result->error = (u8)error;
    else
        result->socket = socket;
    return result;
}

/* Addresses. */

static struct net_address address_of(u32 v6, const u32 *parts) {
    struct net_address address = {.port = (u16)parts[0], .v6 = v6 != 0};
    if (!v6) {
        for (u32 i = 0; i < 4; i++)
            address.address[i] = (u8)parts[1 + i];
        return address;
    }
    address.flow = parts[1];
    for (u32 i = 0; i < 8; i++) {
        address.address[2 * i] = (u8)(parts[2 + i] >> 8);
        address.address[2 * i + 1] = (u8)parts[2 + i];
    }
    address.scope = parts[10];
    return address;
}

static struct net_address address_in(const struct ip_socket_address *from) {
    struct net_address address = {.port = from->v4.port, .v6 = from->v6 != 0};
    if (!from->v6) {
        __builtin_memcpy(address.address, from->v4.address, 4);
        return address;
    }
    address.flow = from->of_v6.flow;
    address.scope = from->of_v6.scope;
    for (u32 i = 0; i < 8; i++) {
        address.address[2 * i] = (u8)(from->of_v6.address[i] >> 8);
        address.address[2 * i + 1] = (u8)from->of_v6.address[i];
    }
    return address;
}

static u16 group_of(const struct net_address *address, u32 i) {
    return (u16)(address->address[2 * i] << 8 | address->address[2 * i + 1]);
}

static void address_out(const struct net_address *from, struct ip_socket_address *to) {
    *to = (struct ip_socket_address){.v6 = from->v6, .v4.port = from->port};
    if (!from->v6) {
        __builtin_memcpy(to->v4.address, from->address, 4);
        return;
    }
    to->of_v6.flow = from->flow;
    to->of_v6.scope = from->scope;
    for (u32 i = 0; i < 8; i++)
        to->of_v6.address[i] = group_of(from, i);
}

static bool same_address(const struct net_address *a, const struct net_address *b) {
    bool same = a->port == b->port && a->v6 == b->v6;
    for (u32 i = 0; i < 16; i++)
        same &= a->address[i] == b->address[i];
    return same;
}

static struct address_result *address_or(enum socket_error error, const struct net_address *address) {
    struct address_result *result = scratch(sizeof *result, 4);
    *result = (struct address_result){.failed = error != SOCKET_DONE};
    if (result->failed)
        result->error = (u8)error;
    else
        address_out(address, &result->address);
    return result;
}

/* Sockets. */

static struct socket *socket_new(u32 fd, bool v6, bool datagrams, u8 state) {
    struct socket *socket = allocate(sizeof *socket);
    *socket = (struct socket){.file = file_new(fd), .v6 = v6, .datagrams = datagrams, .state = state, .backlog = 4096};
    socket->source = (struct pollable_source){.kind = POLL_READY, .fd = fd, .uses = 1};
    return socket;
}

static void socket_drop(struct socket *socket) {
    struct file *file = socket->file;
    /* Pollables of it may live on: what was waited for is there. */
    socket->source.kind = POLL_READY;
    source_drop(&socket->source);
    file_drop(file);
}

static void source_free(struct pollable_source *source) {
    struct socket *socket = (struct socket *)((u8 *)source - offsetof(struct socket, source));
    release(socket, sizeof *socket);
}

static struct socket_result *socket_create(u32 v6, bool datagrams) {
    u32 fd;
    enum socket_error error = socket_error(net_socket(v6, datagrams, &fd));
    return socket_or(error, error == SOCKET_DONE ? socket_new(fd, v6, datagrams, UNBOUND) : NULL);
}

static struct nothing_result *socket_start_bind(struct socket *socket, struct net_address address) {
    if (socket->state == BINDING)
        return nothing(SOCKET_CONCURRENCY_CONFLICT);
    if (socket->state != UNBOUND)
        return nothing(SOCKET_INVALID_STATE);
    enum socket_error error = socket_error(net_bind(socket->file->fd, &address));
    if (error == SOCKET_DONE)
        socket->state = BINDING;
    return nothing(error);
}

static struct nothing_result *socket_finish_bind(struct socket *socket) {
    if (socket->state != BINDING)
        return nothing(SOCKET_NOT_IN_PROGRESS);
    socket->state = BOUND;
    return nothing(SOCKET_DONE);
}

static struct address_result *socket_local(struct socket *socket) {
    struct net_address address;
    u8 state = socket->state;
    if (state == UNBOUND || state == BINDING || state == CONNECTING || state == CLOSED)
        return address_or(SOCKET_INVALID_STATE, NULL);
    return address_or(socket_error(net_address(socket->file->fd, false, &address)), &address);
}

static struct u64_result *socket_option(struct socket *socket, u32 option) {
    u64 value = 0;
    enum socket_error error = socket_error(net_get_option(socket->file->fd, option, &value));
    return u64_or(error, value);
}

static struct byte_result *socket_option_byte(struct socket *socket, u32 option) {
    u64 value = 0;
    enum socket_error error = socket_error(net_get_option(socket->file->fd, option, &value));
    return byte_or(error, (u32)value);
}

/* All but the switch are at least one. */
static struct nothing_result *socket_set_option(struct socket *socket, u32 option, u64 value) {
    if (!value && option != NET_KEEP_ALIVE)
        return nothing(SOCKET_INVALID_ARGUMENT);
    return nothing(socket_error(net_set_option(socket->file->fd, option, value)));
}
