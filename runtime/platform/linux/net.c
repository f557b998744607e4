/* The net on Linux. */
#include "../../wasi/dns.h"
#include "../net.h"
#include "errno.h"
#include "syscall.h"

#define SYS_CONNECT LINUX_SYSCALL_NUMBER(42, 203)
#define SYS_GETSOCKNAME LINUX_SYSCALL_NUMBER(51, 204)
#define SYS_GETPEERNAME LINUX_SYSCALL_NUMBER(52, 205)
#define SYS_SENDTO LINUX_SYSCALL_NUMBER(44, 206)
#define SYS_RECVFROM LINUX_SYSCALL_NUMBER(45, 207)

enum { SO_ERROR = 4, SOCK_NONBLOCK = 04000 };

static u32 linux_address_of(const struct net_address *from, struct linux_address *to) {
    *to = (struct linux_address){
        .family = from->v6 ? AF_INET6 : AF_INET,
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

static void linux_net_address(const struct linux_address *from, struct net_address *to) {
    *to = (struct net_address){
        .port = (u16)(from->port[0] << 8 | from->port[1]),
        .v6 = from->family == AF_INET6,
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
    u32 type = (datagrams ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;
    u16 error = linux_opened(linux_syscall(SYS_SOCKET, v6 ? AF_INET6 : AF_INET, type, 0), file);
    if (error)
        return error;
    if (v6)
        linux_set_option(*file, IPPROTO_IPV6, IPV6_V6ONLY);
    if (!datagrams)
        linux_set_option(*file, IPPROTO_TCP, TCP_NODELAY);
    return WASI_SUCCESS;
}

INTERNAL u16 net_bind(file_handle file, const struct net_address *address) {
    struct linux_address own;
    u32 size = linux_address_of(address, &own);
    /* Connections of an earlier run that are still closing do not keep the address. */
    if (!linux_is_datagram(file))
        linux_set_option(file, SOL_SOCKET, SO_REUSEADDR);
    return linux_error(linux_syscall(SYS_BIND, file, &own, size));
}

INTERNAL u16 net_connect(file_handle file, const struct net_address *address) {
    struct linux_address other;
    u32 size = linux_address_of(address, &other);
    return linux_error(linux_syscall(SYS_CONNECT, file, &other, size));
}

INTERNAL u16 net_connected(file_handle file) {
    i32 error = 0, size = sizeof error;
    i64 result = linux_syscall(SYS_GETSOCKOPT, file, SOL_SOCKET, SO_ERROR, &error, &size);
    return linux_error(result < 0 ? result : -error);
}

INTERNAL u16 net_listen(file_handle file, u32 backlog) {
    return linux_error(linux_syscall(SYS_LISTEN, file, backlog));
}

INTERNAL u16 net_local(file_handle file, struct net_address *address) {
    struct linux_address own = {0};
    i32 size = sizeof own;
    u16 error = linux_error(linux_syscall(SYS_GETSOCKNAME, file, &own, &size));
    linux_net_address(&own, address);
    return error;
}

INTERNAL u16 net_peer(file_handle file, struct net_address *address) {
    struct linux_address other = {0};
    i32 size = sizeof other;
    u16 error = linux_error(linux_syscall(SYS_GETPEERNAME, file, &other, &size));
    linux_net_address(&other, address);
    return error;
}

INTERNAL u16 net_receive(
    file_handle file, struct guest_bytes *data, u64 size, struct net_address *from, u64 *done) {
    struct linux_address other = {0};
    i32 address_size = sizeof other;
    i64 result;
    do
        result = linux_syscall(SYS_RECVFROM, file, data, size, MSG_DONTWAIT, &other, &address_size);
    while (result == -EINTR);
    linux_net_address(&other, from);
    *done = (u64)result;
    return linux_error(result);
}

INTERNAL u16 net_send(file_handle file, const struct guest_bytes *data, u64 size, const struct net_address *to) {
    struct linux_address other;
    u32 address_size = linux_address_of(to, &other);
    i64 result;
    do
        result = linux_syscall(SYS_SENDTO, file, data, size, MSG_DONTWAIT | MSG_NOSIGNAL, &other, address_size);
    while (result == -EINTR);
    return linux_error(result);
}

/* Level and number of an option, and the nanoseconds of its unit. */
static const struct {
    u8 level, number;
    u32 unit;
} linux_options[NET_OPTION_COUNT] = {
    [NET_KEEP_ALIVE] = {SOL_SOCKET, 9, 1},
    [NET_KEEP_ALIVE_IDLE] = {IPPROTO_TCP, 4, 1000000000},
    [NET_KEEP_ALIVE_INTERVAL] = {IPPROTO_TCP, 5, 1000000000},
    [NET_KEEP_ALIVE_COUNT] = {IPPROTO_TCP, 6, 1},
    [NET_HOP_LIMIT] = {0, 2, 1},
    [NET_RECEIVE_BUFFER] = {SOL_SOCKET, 8, 1},
    [NET_SEND_BUFFER] = {SOL_SOCKET, 7, 1},
};
#define LINUX_HOPS_V6 16

static i64 linux_option(i64 call_set, file_handle file, bool v6, enum net_option option, i32 *value) {
    i32 size = sizeof *value;
    bool hops_v6 = v6 && option == NET_HOP_LIMIT;
    i64 level = hops_v6 ? IPPROTO_IPV6 : linux_options[option].level;
    i64 number = hops_v6 ? LINUX_HOPS_V6 : linux_options[option].number;
    return call_set ? linux_syscall(SYS_SETSOCKOPT, file, level, number, value, size)
                    : linux_syscall(SYS_GETSOCKOPT, file, level, number, value, &size);
}

INTERNAL u16 net_get_option(file_handle file, bool v6, enum net_option option, u64 *value) {
    i32 number = 0;
    u16 error = linux_error(linux_option(false, file, v6, option, &number));
    *value = (u64)(u32)number * linux_options[option].unit;
    /* The kernel keeps twice what was asked for, and says so. */
    if (option == NET_RECEIVE_BUFFER || option == NET_SEND_BUFFER)
        *value /= 2;
    return error;
}

INTERNAL u16 net_set_option(file_handle file, bool v6, enum net_option option, u64 value) {
    u32 unit = linux_options[option].unit;
    u64 units = value / unit + (value % unit != 0), most = 0x7fffffff;
    if (option == NET_KEEP_ALIVE_IDLE || option == NET_KEEP_ALIVE_INTERVAL)
        most = 32767;
    else if (option == NET_KEEP_ALIVE_COUNT)
        most = 127;
    i32 number = (i32)(units < most ? units : most);
    return linux_error(linux_option(true, file, v6, option, &number));
}

static u16 net_open_text(const char *path, file_handle *file) {
    return linux_opened(linux_open(AT_FDCWD, path, O_RDONLY), file);
}
