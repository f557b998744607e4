/* The net on macOS. */
#include "../net.h"
#include "errno.h"

int connect(int file, const void *address, u32 size);
int getsockname(int file, void *address, u32 *size);
int getpeername(int file, void *address, u32 *size);
int getsockopt(int file, int level, int option, void *value, u32 *size);
i64 recvfrom(int file, void *data, u64 size, int flags, void *address, u32 *address_size);
i64 sendto(int file, const void *data, u64 size, int flags, const void *address, u32 address_size);

/* struct addrinfo */
struct posix_found {
    int flags, family, type, protocol;
    u32 address_size;
    char *canonical;
    struct posix_address *address;
    struct posix_found *next;
};
int getaddrinfo(const char *name, const char *service, const struct posix_found *hints, struct posix_found **found);
void freeaddrinfo(struct posix_found *found);

enum { POSIX_SOCK_DGRAM = 2, POSIX_SO_ERROR = 0x1007 };
enum { POSIX_EAI_AGAIN = 2, POSIX_EAI_NODATA = 7, POSIX_EAI_NONAME = 8 };

static u32 posix_address_of(const struct net_address *from, struct posix_address *to) {
    *to = (struct posix_address){
        .size = from->v6 ? 28 : 16,
        .family = from->v6 ? POSIX_AF_INET6 : POSIX_AF_INET,
        .port = {(u8)(from->port >> 8), (u8)from->port},
    };
    if (!from->v6) {
        __builtin_memcpy(to->v4, from->address, 4);
        return to->size;
    }
    __builtin_memcpy(to->v6.address, from->address, 16);
    to->v6.flow = __builtin_bswap32(from->flow);
    to->v6.scope = from->scope;
    return to->size;
}

static void posix_net_address(const struct posix_address *from, struct net_address *to) {
    *to = (struct net_address){
        .port = (u16)(from->port[0] << 8 | from->port[1]),
        .v6 = from->family == POSIX_AF_INET6,
    };
    if (!to->v6) {
        __builtin_memcpy(to->address, from->v4, 4);
        return;
    }
    __builtin_memcpy(to->address, from->v6.address, 16);
    to->flow = __builtin_bswap32(from->v6.flow);
    to->scope = from->v6.scope;
}

INTERNAL u16 net_open(bool v6, bool datagrams, file_handle *file) {
    int type = datagrams ? POSIX_SOCK_DGRAM : POSIX_SOCK_STREAM;
    u16 error = posix_opened(socket(v6 ? POSIX_AF_INET6 : POSIX_AF_INET, type, 0), file);
    if (error)
        return error;
    fcntl((int)*file, POSIX_F_SETFL, POSIX_O_NONBLOCK);
    if (v6)
        posix_set_option((int)*file, POSIX_IPV6, POSIX_IPV6_V6ONLY);
    if (!datagrams)
        posix_set_option((int)*file, POSIX_TCP, POSIX_TCP_NODELAY);
    return WASI_SUCCESS;
}

INTERNAL u16 net_bind(file_handle file, const struct net_address *address) {
    struct posix_address own;
    u32 size = posix_address_of(address, &own);
    /* Connections of an earlier run that are still closing do not keep the address. For datagrams it would be shared. */
    if (file_type(file) == WASI_FILETYPE_SOCKET_STREAM)
        posix_set_option((int)file, POSIX_SOL_SOCKET, POSIX_SO_REUSEADDR);
    return posix_error(bind((int)file, &own, size));
}

INTERNAL u16 net_connect(file_handle file, const struct net_address *address) {
    struct posix_address other;
    u32 size = posix_address_of(address, &other);
    return posix_error(connect((int)file, &other, size));
}

INTERNAL u16 net_connected(file_handle file) {
    i32 number = 0;
    u32 size = sizeof number;
    u16 error = posix_error(getsockopt((int)file, POSIX_SOL_SOCKET, POSIX_SO_ERROR, &number, &size));
    if (error || !number)
        return error;
    error = (u32)number < sizeof posix_errno ? posix_errno[number] : 0;
    return error ? error : WASI_EIO;
}

INTERNAL u16 net_listen(file_handle file, u32 backlog) {
    return posix_error(listen((int)file, (int)backlog));
}

INTERNAL u16 net_local(file_handle file, struct net_address *address) {
    struct posix_address own = {0};
    u32 size = sizeof own;
    u16 error = posix_error(getsockname((int)file, &own, &size));
    posix_net_address(&own, address);
    return error;
}

INTERNAL u16 net_peer(file_handle file, struct net_address *address) {
    struct posix_address other = {0};
    u32 size = sizeof other;
    u16 error = posix_error(getpeername((int)file, &other, &size));
    posix_net_address(&other, address);
    return error;
}

INTERNAL u16 net_receive(
    file_handle file, struct guest_bytes *data, u64 size, struct net_address *from, u64 *done) {
    struct posix_address other = {0};
    u32 address_size = sizeof other;
    u16 error;
    while (!posix_transferred(recvfrom((int)file, data, size, 0, &other, &address_size), done, &error))
        continue;
    posix_net_address(&other, from);
    return error;
}

INTERNAL u16 net_send(file_handle file, const struct guest_bytes *data, u64 size, const struct net_address *to) {
    struct posix_address other;
    u32 address_size = posix_address_of(to, &other);
    u64 done;
    u16 error;
    while (!posix_transferred(sendto((int)file, data, size, 0, &other, address_size), &done, &error))
        continue;
    return error;
}

/* Level and number of an option, and the nanoseconds of its unit. */
static const struct {
    u16 level, number;
    u32 unit;
} posix_options[NET_OPTION_COUNT] = {
    [NET_KEEP_ALIVE] = {POSIX_SOL_SOCKET, 8, 1},
    [NET_KEEP_ALIVE_IDLE] = {POSIX_TCP, 0x10, 1000000000},
    [NET_KEEP_ALIVE_INTERVAL] = {POSIX_TCP, 0x101, 1000000000},
    [NET_KEEP_ALIVE_COUNT] = {POSIX_TCP, 0x102, 1},
    [NET_HOP_LIMIT] = {0, 4, 1}, /* of version 6 it has the same number */
    [NET_RECEIVE_BUFFER] = {POSIX_SOL_SOCKET, 0x1002, 1},
    [NET_SEND_BUFFER] = {POSIX_SOL_SOCKET, 0x1001, 1},
};

static int posix_level(bool v6, enum net_option option) {
    return v6 && option == NET_HOP_LIMIT ? POSIX_IPV6 : posix_options[option].level;
}

INTERNAL u16 net_get_option(file_handle file, bool v6, enum net_option option, u64 *value) {
    i32 number = 0;
    u32 size = sizeof number;
    u16 error = posix_error(
        getsockopt((int)file, posix_level(v6, option), posix_options[option].number, &number, &size));
    *value = (u64)(u32)number * posix_options[option].unit;
    return error;
}

INTERNAL u16 net_set_option(file_handle file, bool v6, enum net_option option, u64 value) {
    u32 unit = posix_options[option].unit;
    u64 units = value / unit + (value % unit != 0);
    i32 number = (i32)(units < 0x7fffffff ? units : 0x7fffffff);
    return posix_error(
        setsockopt((int)file, posix_level(v6, option), posix_options[option].number, &number, sizeof number));
}

INTERNAL u16 net_lookup(const char *name, struct net_found *found) {
    const struct posix_found hints = {.type = POSIX_SOCK_STREAM};
    struct posix_found *list;
    found->count = 0;
    int failed = getaddrinfo(name, NULL, &hints, &list);
    if (failed)
        return failed == POSIX_EAI_NONAME || failed == POSIX_EAI_NODATA ? WASI_ENOENT
               : failed == POSIX_EAI_AGAIN                              ? WASI_EAGAIN
                                                                        : WASI_EIO;
    for (struct posix_found *at = list; at && found->count < NET_FOUND_MAX; at = at->next)
        if (at->family == POSIX_AF_INET || at->family == POSIX_AF_INET6)
            posix_net_address(at->address, &found->addresses[found->count++]);
    freeaddrinfo(list);
    return found->count ? WASI_SUCCESS : WASI_ENOENT;
}
