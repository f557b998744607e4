/* The net on Windows. */
#include "../net.h"
#include "sockets.h"

WIN_IMPORT(i32) connect(u64 socket, const struct win_address *address, i32 size);
WIN_IMPORT(i32) getsockname(u64 socket, struct win_address *address, i32 *size);
WIN_IMPORT(i32) getpeername(u64 socket, struct win_address *address, i32 *size);
WIN_IMPORT(i32) getsockopt(u64 socket, i32 level, i32 option, void *value, i32 *size);
WIN_IMPORT(i32) recvfrom(u64 socket, void *data, i32 size, i32 flags, struct win_address *address, i32 *address_size);
WIN_IMPORT(i32)
sendto(u64 socket, const void *data, i32 size, i32 flags, const struct win_address *address, i32 address_size);

/* ADDRINFOA */
struct win_found {
    i32 flags, family, type, protocol;
    u64 address_size;
    char *canonical;
    struct win_address *address;
    struct win_found *next;
};
WIN_IMPORT(i32)
getaddrinfo(const char *name, const char *service, const struct win_found *hints, struct win_found **found);
WIN_IMPORT(void) freeaddrinfo(struct win_found *found);

enum { WIN_SOCK_DGRAM = 2, WIN_UDP = 17, WIN_SO_ERROR = 0x1007 };
enum { WIN_WSAEWOULDBLOCK = 10035, WIN_WSAECONNRESET = 10054, WIN_WSATRY_AGAIN = 11002, WIN_WSANO_RECOVERY = 11003 };

static bool win_net_start(void) {
    static bool started;
    u64 data[64]; /* WSADATA, 408 bytes */
    if (!started)
        started = !WSAStartup(0x202, data);
    return started;
}

static i32 win_address_of(const struct net_address *from, struct win_address *to) {
    *to = (struct win_address){
        .family = from->v6 ? WIN_AF_INET6 : WIN_AF_INET,
        .port = {(u8)(from->port >> 8), (u8)from->port},
    };
    if (!from->v6) {
        __builtin_memcpy(to->v4, from->address, 4);
        return 16;
    }
    __builtin_memcpy(to->v6.address, from->address, 16);
    to->v6.flow = __builtin_bswap32(from->flow);
    to->v6.scope = from->scope;
    return 28;
}

static void win_net_address(const struct win_address *from, struct net_address *to) {
    *to = (struct net_address){
        .port = (u16)(from->port[0] << 8 | from->port[1]),
        .v6 = from->family == WIN_AF_INET6,
    };
    if (!to->v6) {
        __builtin_memcpy(to->address, from->v4, 4);
        return;
    }
    __builtin_memcpy(to->address, from->v6.address, 16);
    to->flow = __builtin_bswap32(from->v6.flow);
    to->scope = from->v6.scope;
}

static u16 win_net_error(i32 result) {
    return result ? win_socket_error() : WASI_SUCCESS;
}

INTERNAL u16 net_open(bool v6, bool datagrams, file_handle *file) {
    if (!win_net_start())
        return WASI_ENETDOWN;
    u64 opened = socket(v6 ? WIN_AF_INET6 : WIN_AF_INET, datagrams ? WIN_SOCK_DGRAM : WIN_SOCK_STREAM,
        datagrams ? WIN_UDP : WIN_TCP);
    if (opened == WIN_NO_SOCKET)
        return win_socket_error();
    /* No other program may take a part of the address. */
    win_set_option(opened, WIN_SOL_SOCKET, WIN_SO_EXCLUSIVEADDRUSE);
    if (v6)
        win_set_option(opened, WIN_IPV6, WIN_IPV6_V6ONLY);
    *file = win_socket_opened(opened);
    return WASI_SUCCESS;
}

INTERNAL u16 net_bind(file_handle file, const struct net_address *address) {
    struct win_address own;
    i32 size = win_address_of(address, &own);
    return win_net_error(bind(win_socket(file), &own, size));
}

INTERNAL u16 net_connect(file_handle file, const struct net_address *address) {
    struct win_address other;
    i32 size = win_address_of(address, &other);
    if (!connect(win_socket(file), &other, size))
        return WASI_SUCCESS;
    return WSAGetLastError() == WIN_WSAEWOULDBLOCK ? WASI_EINPROGRESS : win_socket_error();
}

INTERNAL u16 net_connected(file_handle file) {
    i32 number = 0, size = sizeof number;
    if (getsockopt(win_socket(file), WIN_SOL_SOCKET, WIN_SO_ERROR, &number, &size))
        return win_socket_error();
    return number ? win_socket_error_of((u32)number) : WASI_SUCCESS;
}

INTERNAL u16 net_listen(file_handle file, u32 backlog) {
    return win_net_error(listen(win_socket(file), (i32)backlog));
}

INTERNAL u16 net_local(file_handle file, struct net_address *address) {
    struct win_address own = {0};
    i32 size = sizeof own;
    u16 error = win_net_error(getsockname(win_socket(file), &own, &size));
    win_net_address(&own, address);
    return error;
}

INTERNAL u16 net_peer(file_handle file, struct net_address *address) {
    struct win_address other = {0};
    i32 size = sizeof other;
    u16 error = win_net_error(getpeername(win_socket(file), &other, &size));
    win_net_address(&other, address);
    return error;
}

INTERNAL u16 net_receive(
    file_handle file, struct guest_bytes *data, u64 size, struct net_address *from, u64 *done) {
    struct win_address other = {0};
    i32 address_size = sizeof other, result;
    /* That something sent before found nobody there says nothing of what comes. */
    do
        result = recvfrom(win_socket(file), data, (i32)size, 0, &other, &address_size);
    while (result < 0 && WSAGetLastError() == WIN_WSAECONNRESET);
    win_net_address(&other, from);
    *done = (u64)result;
    return result < 0 ? win_socket_error() : WASI_SUCCESS;
}

INTERNAL u16 net_send(file_handle file, const struct guest_bytes *data, u64 size, const struct net_address *to) {
    struct win_address other;
    i32 address_size = win_address_of(to, &other);
    if (size > 65536)
        return WASI_EMSGSIZE;
    return sendto(win_socket(file), data, (i32)size, 0, &other, address_size) < 0 ? win_socket_error() : WASI_SUCCESS;
}

/* Level and number of an option, and the nanoseconds of its unit. */
static const struct {
    u16 level, number;
    u32 unit;
} win_options[NET_OPTION_COUNT] = {
    [NET_KEEP_ALIVE] = {WIN_SOL_SOCKET, 8, 1},
    [NET_KEEP_ALIVE_IDLE] = {WIN_TCP, 3, 1000000000},
    [NET_KEEP_ALIVE_INTERVAL] = {WIN_TCP, 17, 1000000000},
    [NET_KEEP_ALIVE_COUNT] = {WIN_TCP, 16, 1},
    [NET_HOP_LIMIT] = {0, 4, 1}, /* of version 6 it has the same number */
    [NET_RECEIVE_BUFFER] = {WIN_SOL_SOCKET, 0x1002, 1},
    [NET_SEND_BUFFER] = {WIN_SOL_SOCKET, 0x1001, 1},
};

static i32 win_level(bool v6, enum net_option option) {
    return v6 && option == NET_HOP_LIMIT ? WIN_IPV6 : win_options[option].level;
}

INTERNAL u16 net_get_option(file_handle file, bool v6, enum net_option option, u64 *value) {
    i32 number = 0, size = sizeof number;
    u16 error = win_net_error(
        getsockopt(win_socket(file), win_level(v6, option), win_options[option].number, &number, &size));
    *value = (u64)(u32)number * win_options[option].unit;
    return error;
}

INTERNAL u16 net_set_option(file_handle file, bool v6, enum net_option option, u64 value) {
    u32 unit = win_options[option].unit;
    u64 units = value / unit + (value % unit != 0);
    u64 most = option == NET_KEEP_ALIVE_COUNT ? 255 : 0x7fffffff;
    i32 number = (i32)(units < most ? units : most);
    return win_net_error(
        setsockopt(win_socket(file), win_level(v6, option), win_options[option].number, &number, sizeof number));
}

INTERNAL u16 net_lookup(const char *name, struct net_found *found) {
    const struct win_found hints = {.type = WIN_SOCK_STREAM};
    struct win_found *list;
    found->count = 0;
    if (!win_net_start())
        return WASI_EIO;
    i32 failed = getaddrinfo(name, NULL, &hints, &list);
    if (failed)
        return failed == WIN_WSATRY_AGAIN ? WASI_EAGAIN : failed == WIN_WSANO_RECOVERY ? WASI_EIO : WASI_ENOENT;
    for (struct win_found *at = list; at && found->count < NET_FOUND_MAX; at = at->next)
        if (at->family == WIN_AF_INET || at->family == WIN_AF_INET6)
            win_net_address(at->address, &found->addresses[found->count++]);
    freeaddrinfo(list);
    return found->count ? WASI_SUCCESS : WASI_ENOENT;
}
