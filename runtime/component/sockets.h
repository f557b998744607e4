#ifndef WASM_COMPONENT_SOCKETS_H
#define WASM_COMPONENT_SOCKETS_H

#include "io.h"
#include "net.h"

/* As in wasi:sockets/network. */
enum socket_error {
    SOCKET_UNKNOWN,
    SOCKET_ACCESS_DENIED,
    SOCKET_NOT_SUPPORTED,
    SOCKET_INVALID_ARGUMENT,
    SOCKET_OUT_OF_MEMORY,
    SOCKET_TIMEOUT,
    SOCKET_CONCURRENCY_CONFLICT,
    SOCKET_NOT_IN_PROGRESS,
    SOCKET_WOULD_BLOCK,
    SOCKET_INVALID_STATE,
    SOCKET_NEW_SOCKET_LIMIT,
    SOCKET_ADDRESS_NOT_BINDABLE,
    SOCKET_ADDRESS_IN_USE,
    SOCKET_REMOTE_UNREACHABLE,
    SOCKET_CONNECTION_REFUSED,
    SOCKET_CONNECTION_RESET,
    SOCKET_CONNECTION_ABORTED,
    SOCKET_DATAGRAM_TOO_LARGE,
    SOCKET_NAME_UNRESOLVABLE,
    SOCKET_TEMPORARY_RESOLVER_FAILURE,
    SOCKET_PERMANENT_RESOLVER_FAILURE,
    SOCKET_DONE = 255
};

enum socket_state { UNBOUND, BINDING, BOUND, LISTENING_SOON, LISTENING, CONNECTING, CONNECTED, CLOSED };

struct socket {
    struct file *file;
    struct pollable_source source; /* what its pollables wait for */
    u8 state, failure;
    bool v6, datagrams, has_remote;
    bool sends, receives; /* in WASI 0.3: each once */
    u32 backlog;
    struct net_address remote; /* of datagrams: to which and from which alone they go */
};

/* ip-socket-address as parameters: the parts of a record of version 4 or 6. */
#define ADDRESS_PARAMS \
    u32 v6, u32 p0, u32 p1, u32 p2, u32 p3, u32 p4, u32 p5, u32 p6, u32 p7, u32 p8, u32 p9, u32 p10
#define ADDRESS_ARGUMENTS address_of(v6, (const u32[]){p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10})

/* The same in memory. */
struct ip_socket_address {
    u8 v6;
    union {
        struct {
            u16 port;
            u8 address[4];
        } v4;
        struct {
            u16 port;
            u32 flow;
            u16 address[8];
            u32 scope;
        } of_v6;
    };
};
_Static_assert(sizeof(struct ip_socket_address) == 32, "ip-socket-address");

struct nothing_result {
    u8 failed, error;
};
struct byte_result {
    u8 failed, value;
};
struct socket_result {
    u8 failed;
    union {
        struct socket *socket;
        u8 error;
    };
};
struct u64_result {
    u8 failed;
    union {
        u64 value;
        u8 error;
    };
};
struct u32_result {
    u8 failed;
    union {
        u32 value;
        u8 error;
    };
};
struct address_result {
    u8 failed;
    union {
        struct ip_socket_address address;
        u8 error;
    };
};

#endif
