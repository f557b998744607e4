/* What sockets need of ws2_32, and how their handles are told from those of files. They come from
   granted addresses only: without WASM_LISTEN no file is a socket, and nothing here is used. */
#ifndef WASM_WINDOWS_SOCKETS_H
#define WASM_WINDOWS_SOCKETS_H

#include "../files.h"
#include "system.h"

/* Handles are far smaller. */
#define WIN_SOCKET_TAG (1ull << 62)

static inline bool win_is_socket(file_handle file) {
#ifdef WASM_LISTEN
    return file > 0 && ((u64)file & WIN_SOCKET_TAG);
#else
    (void)file;
    return false;
#endif
}

static inline u64 win_socket(file_handle file) {
    return (u64)file & ~WIN_SOCKET_TAG;
}

/* WSAPOLLFD */
struct win_socket_poll {
    u64 socket;
    i16 events, results;
};

/* struct sockaddr_in, struct sockaddr_in6 */
struct win_address {
    u16 family;
    u8 port[2];
    union {
        u8 v4[4];
        struct {
            u32 flow;
            u8 address[16];
            u32 scope;
        } v6;
    };
};

WIN_IMPORT(i32) WSAStartup(u16 version, void *data);
WIN_IMPORT(i32) WSAGetLastError(void);
WIN_IMPORT(u64) socket(i32 family, i32 type, i32 protocol);
WIN_IMPORT(i32) setsockopt(u64 socket, i32 level, i32 option, const void *value, i32 size);
WIN_IMPORT(i32) ioctlsocket(u64 socket, u32 command, u32 *value);
WIN_IMPORT(i32) bind(u64 socket, const struct win_address *address, i32 size);
WIN_IMPORT(i32) listen(u64 socket, i32 backlog);
WIN_IMPORT(u64) accept(u64 socket, struct win_address *address, i32 *size);
WIN_IMPORT(i32) recv(u64 socket, void *data, i32 size, i32 flags);
WIN_IMPORT(i32) send(u64 socket, const void *data, i32 size, i32 flags);
WIN_IMPORT(i32) shutdown(u64 socket, i32 how);
WIN_IMPORT(i32) closesocket(u64 socket);
WIN_IMPORT(i32) WSAPoll(struct win_socket_poll *polls, u32 count, i32 milliseconds);

#define WIN_NO_SOCKET (~0ull)

enum { WIN_AF_INET = 2, WIN_AF_INET6 = 23, WIN_SOCK_STREAM = 1 };
enum { WIN_SOL_SOCKET = 0xffff, WIN_SO_EXCLUSIVEADDRUSE = -5 };
enum { WIN_TCP = 6, WIN_TCP_NODELAY = 1, WIN_IPV6 = 41, WIN_IPV6_V6ONLY = 27 };
enum { WIN_MSG_PEEK = 2 };
#define WIN_FIONREAD 0x4004667fu
#define WIN_FIONBIO 0x8004667eu
enum { WIN_POLLERR = 1, WIN_POLLHUP = 2, WIN_POLLNVAL = 4, WIN_POLLOUT = 0x10, WIN_POLLIN = 0x300 };

/* In sockets.c. */
static u16 win_receive(file_handle file, const struct file_slice *slices, u32 count, i32 flags,
    u64 *done);
static u16 win_send(file_handle file, const struct file_slice *slices, u32 count, u64 *done);

#endif
