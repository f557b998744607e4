/* wasi:sockets/types of WASI 0.3: what TCP and UDP have in common, in the layouts that it gives there. */
#include "../sockets.h"
#include "tasks.h"

#define SOCKETS3 "wasi:sockets/types@0.3"

/* Its names of errors, by 0.2's numbers; what it has no name for is `other`. */
enum { ERROR3_BROKEN = 10, ERROR3_OTHER = 14 };
static u8 code3_of(enum socket_error error) {
    static const u8 codes3[] = {
        [SOCKET_UNKNOWN] = ERROR3_OTHER, [SOCKET_ACCESS_DENIED] = 0, [SOCKET_NOT_SUPPORTED] = 1,
        [SOCKET_INVALID_ARGUMENT] = 2, [SOCKET_OUT_OF_MEMORY] = 3, [SOCKET_TIMEOUT] = 4,
        [SOCKET_CONCURRENCY_CONFLICT] = 5, [SOCKET_NOT_IN_PROGRESS] = 5, [SOCKET_WOULD_BLOCK] = ERROR3_OTHER,
        [SOCKET_INVALID_STATE] = 5, [SOCKET_NEW_SOCKET_LIMIT] = ERROR3_OTHER, [SOCKET_ADDRESS_NOT_BINDABLE] = 6,
        [SOCKET_ADDRESS_IN_USE] = 7, [SOCKET_REMOTE_UNREACHABLE] = 8, [SOCKET_CONNECTION_REFUSED] = 9,
        [SOCKET_CONNECTION_RESET] = 11, [SOCKET_CONNECTION_ABORTED] = 12, [SOCKET_DATAGRAM_TOO_LARGE] = 13,
    };
    return error < sizeof codes3 ? codes3[error] : ERROR3_OTHER;
}

/* Of what was sent or came. */
static struct case3 socket_error3(u32 errno) {
    return (struct case3){.which = errno == WASI_EPIPE ? ERROR3_BROKEN : code3_of(socket_error(errno))};
}

/* Results without a value, and with one of 32 bits at most. */
static struct result3 *socket3(enum socket_error error, u32 value) {
    host_begin();
    struct result3 *result = scratch(sizeof *result, 4);
    *result = (struct result3){.failed = error != SOCKET_DONE, .handle = (void *)value};
    if (result->failed) result->error = (struct case3){.which = code3_of(error)};
    return result;
}

struct wide3 {
    u8 failed;
    union {
        struct case3 error;
        u64 value;
    } __attribute__((aligned(8)));
};
_Static_assert(sizeof(struct wide3) == 24, "result<u64, error-code>");

static struct wide3 *wide3(enum socket_error error, u64 value) {
    host_begin();
    struct wide3 *result = scratch(sizeof *result, 8);
    *result = (struct wide3){.failed = error != SOCKET_DONE, .value = value};
    if (result->failed) result->error = (struct case3){.which = code3_of(error)};
    return result;
}

struct address3 {
    u8 failed;
    union {
        struct case3 error;
        struct ip_socket_address address;
    };
};
_Static_assert(sizeof(struct address3) == 36, "result<ip-socket-address, error-code>");

static struct address3 *address3(enum socket_error error, const struct net_address *address) {
    host_begin();
    struct address3 *result = scratch(sizeof *result, 4);
    *result = (struct address3){.failed = error != SOCKET_DONE};
    if (result->failed) result->error = (struct case3){.which = code3_of(error)};
    else address_out(address, &result->address);
    return result;
}

/* Its streams never wait in the system. */
static struct result3 *create3(u32 v6, bool datagrams) {
    u32 fd;
    enum socket_error error = socket_error(net_socket(v6, datagrams, &fd));
    if (error != SOCKET_DONE) return socket3(error, 0);
    fd_fdstat_set_flags(fd, FDFLAG_NONBLOCK);
    return socket3(SOCKET_DONE, (u32)socket_new(fd, v6, datagrams, UNBOUND));
}

static enum socket_error bind3(struct socket *socket, struct net_address address) {
    if (socket->state != UNBOUND) return SOCKET_INVALID_STATE;
    enum socket_error error = socket_error(net_bind(socket->file->fd, &address));
    if (error == SOCKET_DONE) socket->state = BOUND;
    return error;
}

/* To any free port, where nothing else was said. */
static enum socket_error bind_implicitly(struct socket *socket) {
    return socket->state == UNBOUND ? bind3(socket, (struct net_address){.v6 = socket->v6}) : SOCKET_DONE;
}

static struct address3 *local3(struct socket *socket) {
    struct net_address address = {0};
    if (socket->state == UNBOUND || socket->state == CONNECTING || socket->state == CLOSED)
        return address3(SOCKET_INVALID_STATE, NULL);
    return address3(socket_error(net_address(socket->file->fd, false, &address)), &address);
}

static struct wide3 *option3(struct socket *socket, u32 option) {
    u64 value = 0;
    enum socket_error error = socket_error(net_get_option(socket->file->fd, option, &value));
    return wide3(error, value);
}

static struct result3 *small_option3(struct socket *socket, u32 option) {
    u64 value = 0;
    enum socket_error error = socket_error(net_get_option(socket->file->fd, option, &value));
    return socket3(error, option == NET_KEEP_ALIVE ? value != 0 : (u32)value);
}

/* All but the switch are at least one. */
static struct result3 *set_option3(struct socket *socket, u32 option, u64 value) {
    if (!value && option != NET_KEEP_ALIVE) return socket3(SOCKET_INVALID_ARGUMENT, 0);
    return socket3(socket_error(net_set_option(socket->file->fd, option, value)), 0);
}
