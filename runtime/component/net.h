/* The calls of runtime/wasi/net.c, which only the system's side of components makes; runtime/platform/net.h has the structures. */
#ifndef WASM_COMPONENT_NET_H
#define WASM_COMPONENT_NET_H

#include "preview1.h"

struct net_address {
    u16 port;
    u8 v6, padding;
    u32 flow, scope;
    u8 address[16];
};

enum {
    NET_KEEP_ALIVE,
    NET_KEEP_ALIVE_IDLE,
    NET_KEEP_ALIVE_INTERVAL,
    NET_KEEP_ALIVE_COUNT,
    NET_HOP_LIMIT,
    NET_RECEIVE_BUFFER,
    NET_SEND_BUFFER
};

#define NET(name) __attribute__((import_module("wasi_net"), import_name(#name)))

u32 net_socket(u32 v6, u32 datagrams, u32 *fd) NET(socket);
u32 net_bind(u32 fd, const struct net_address *address) NET(bind);
u32 net_connect(u32 fd, const struct net_address *address) NET(connect);
u32 net_connected(u32 fd) NET(connected);
u32 net_listen(u32 fd, u32 backlog) NET(listen);
u32 net_receive(u32 fd, void *buffer, u32 size, struct net_address *from, u32 *done) NET(receive);
u32 net_send(u32 fd, const void *buffer, u32 size, const struct net_address *to) NET(send);
u32 net_address(u32 fd, u32 peer, struct net_address *address) NET(address);
u32 net_get_option(u32 fd, u32 option, u64 *value) NET(get_option);
u32 net_set_option(u32 fd, u32 option, u64 value) NET(set_option);
u32 net_lookup(const u8 *name, u32 size, struct net_address *addresses, u32 room, u32 *count) NET(lookup);
u32 net_watch(u32 fd, u32 writes, u32 on) NET(watch);
u32 net_watched(u64 timeout, u32 *over, u32 room, u32 *count) NET(watched);

u32 sock_accept(u32 fd, u32 flags, u32 *accepted) PREVIEW1(sock_accept);
u32 sock_send(u32 fd, const struct iovec *iovecs, u32 count, u32 flags, u32 *done) PREVIEW1(sock_send);
u32 sock_shutdown(u32 fd, u32 how) PREVIEW1(sock_shutdown);

#endif
