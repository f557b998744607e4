/* What programs with grants of the net ask of the operating system; one implementation per platform, in <platform>/net.c.
   Sockets do not wait: EAGAIN, or EINPROGRESS of a connection that is not there yet. Results of type u16 are WASI error
   numbers. */
#ifndef WASM_PLATFORM_NET_H
#define WASM_PLATFORM_NET_H

#include "files.h"

/* As the system's side of components passes it, too. */
struct net_address {
    u16 port;
    u8 v6, padding;
    u32 flow, scope; /* of version 6 */
    u8 address[16];  /* the first four bytes, or all of them */
};

/* Numbered as in component/net.h. Times are in nanoseconds. */
enum net_option {
    NET_KEEP_ALIVE,
    NET_KEEP_ALIVE_IDLE,
    NET_KEEP_ALIVE_INTERVAL,
    NET_KEEP_ALIVE_COUNT,
    NET_HOP_LIMIT,
    NET_RECEIVE_BUFFER,
    NET_SEND_BUFFER,
    NET_OPTION_COUNT
};

/* Of version 6 alone, if it is: no socket of it takes addresses of version 4. */
INTERNAL u16 net_open(bool v6, bool datagrams, file_handle *file);
INTERNAL u16 net_bind(file_handle file, const struct net_address *address);
INTERNAL u16 net_connect(file_handle file, const struct net_address *address);
/* What has become of a connection, once the socket can be written. */
INTERNAL u16 net_connected(file_handle file);
INTERNAL u16 net_listen(file_handle file, u32 backlog);
INTERNAL u16 net_local(file_handle file, struct net_address *address);
INTERNAL u16 net_peer(file_handle file, struct net_address *address);
/* One datagram, cut at `size`. */
INTERNAL u16 net_receive(
    file_handle file, struct guest_bytes *data, u64 size, struct net_address *from, u64 *done);
INTERNAL u16 net_send(file_handle file, const struct guest_bytes *data, u64 size, const struct net_address *to);
INTERNAL u16 net_get_option(file_handle file, bool v6, enum net_option option, u64 *value);
INTERNAL u16 net_set_option(file_handle file, bool v6, enum net_option option, u64 value);

/* Watching many files at once, each until it is ready once: where the system can; elsewhere they are polled. */
#if defined(__linux__)
#define NET_WATCHES
struct net_event {
    u32 number, ready;
};
#define NET_EVENTS_MAX 256
/* `number`: what its event says. ENOSYS: there is no such thing; other errors: this file cannot be watched, and never waits. */
INTERNAL u16 net_watch(file_handle file, u32 wanted, u32 number);
/* Waits for the first of them, for so many nanoseconds at most, and gives those that are ready; none where the wait ended early. */
INTERNAL u16 net_watched(u64 timeout, struct net_event *events, u32 room, u32 *count);
#endif

#define NET_FOUND_MAX 32
struct net_found {
    u32 count;
    struct net_address addresses[NET_FOUND_MAX];
};
/* The addresses of a name, in the order in which they are to be tried. ENOENT: there are none; EAGAIN: who would know did not
   answer; EIO: it answered that it does not. */
INTERNAL u16 net_lookup(const char *name, struct net_found *found);

#endif
