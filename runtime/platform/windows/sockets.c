/* Sockets on Windows. None of them waits by itself: whoever has to wait polls. */
#include "../files.h"
#include "sockets.h"

/* More connections that wait to be accepted are refused; the system may allow fewer. */
#define WIN_BACKLOG 4096

static const struct {
    u16 number;
    u8 error;
} win_socket_errors[] = {
    {10004, WASI_EINTR},         /* WSAEINTR */
    {10013, WASI_EACCES},        /* WSAEACCES */
    {10022, WASI_EINVAL},        /* WSAEINVAL */
    {10024, WASI_EMFILE},        /* WSAEMFILE */
    {10035, WASI_EAGAIN},        /* WSAEWOULDBLOCK */
    {10038, WASI_ENOTSOCK},      /* WSAENOTSOCK */
    {10045, WASI_ENOTSUP},       /* WSAEOPNOTSUPP */
    {10047, WASI_EAFNOSUPPORT},  /* WSAEAFNOSUPPORT */
    {10048, WASI_EADDRINUSE},    /* WSAEADDRINUSE */
    {10049, WASI_EADDRNOTAVAIL}, /* WSAEADDRNOTAVAIL */
    {10050, WASI_ENETDOWN},      /* WSAENETDOWN */
    {10053, WASI_ECONNABORTED},  /* WSAECONNABORTED */
    {10054, WASI_ECONNRESET},    /* WSAECONNRESET */
    {10055, WASI_ENOBUFS},       /* WSAENOBUFS */
    {10057, WASI_ENOTCONN},      /* WSAENOTCONN */
    {10058, WASI_EPIPE},         /* WSAESHUTDOWN */
    {10060, WASI_ETIMEDOUT},     /* WSAETIMEDOUT */
#ifdef WASM_NET
    {10040, WASI_EMSGSIZE},      /* WSAEMSGSIZE */
    {10051, WASI_ENETUNREACH},   /* WSAENETUNREACH */
    {10056, WASI_EISCONN},       /* WSAEISCONN */
    {10061, WASI_ECONNREFUSED},  /* WSAECONNREFUSED */
    {10065, WASI_EHOSTUNREACH},  /* WSAEHOSTUNREACH */
#endif
};

static u16 win_socket_error_of(u32 number) {
    for (u32 i = 0; i < sizeof win_socket_errors / sizeof *win_socket_errors; i++) {
        if (win_socket_errors[i].number == number)
            return win_socket_errors[i].error;
    }
    return WASI_EIO;
}

static u16 win_socket_error(void) {
    return win_socket_error_of((u32)WSAGetLastError());
}

static void win_set_option(u64 opened, i32 level, i32 option) {
    i32 on = 1;
    setsockopt(opened, level, option, &on, sizeof on);
}

static file_handle win_socket_opened(u64 opened) {
    u32 on = 1;
    ioctlsocket(opened, WIN_FIONBIO, &on);
    win_set_option(opened, WIN_TCP, WIN_TCP_NODELAY);
    return (file_handle)(opened | WIN_SOCKET_TAG);
}

INTERNAL u16 file_listen(const struct wasm_grant_listen *grant, file_handle *file) {
    u64 data[64]; /* WSADATA, 408 bytes */
    struct win_address address = {
        .family = grant->v6 ? WIN_AF_INET6 : WIN_AF_INET,
        .port = {(u8)(grant->port >> 8), (u8)grant->port},
    };
    __builtin_memcpy(
        grant->v6 ? address.v6.address : address.v4, grant->address, grant->v6 ? 16 : 4);
    if (WSAStartup(0x202, data))
        return WASI_ENETDOWN;
    u64 opened = socket(address.family, WIN_SOCK_STREAM, WIN_TCP);
    if (opened == WIN_NO_SOCKET)
        return win_socket_error();
    /* No other program may take a part of the address. */
    win_set_option(opened, WIN_SOL_SOCKET, WIN_SO_EXCLUSIVEADDRUSE);
    if (grant->v6)
        win_set_option(opened, WIN_IPV6, WIN_IPV6_V6ONLY);
    *file = win_socket_opened(opened);
    if (!bind(opened, &address, grant->v6 ? 28 : 16) && !listen(opened, WIN_BACKLOG))
        return WASI_SUCCESS;
    u16 error = win_socket_error();
    closesocket(opened);
    return error;
}

INTERNAL u16 file_accept(file_handle file, file_handle *accepted) {
    if (!win_is_socket(file))
        return WASI_ENOTSOCK;
    u64 opened = accept(win_socket(file), NULL, NULL);
    if (opened == WIN_NO_SOCKET)
        return win_socket_error();
    *accepted = win_socket_opened(opened);
    return WASI_SUCCESS;
}

static u16 win_receive(
    file_handle file, const struct file_slice *slices, u32 count, i32 flags, u64 *done) {
    *done = 0;
    for (u32 i = 0; i < count; i++) {
        if (slices[i].size == 0)
            continue;
        i32 part = recv(win_socket(file), slices[i].base, (i32)slices[i].size, flags);
        if (part < 0)
            return *done ? WASI_SUCCESS : win_socket_error();
        *done += (u64)part;
        if ((u64)part < slices[i].size || flags & WIN_MSG_PEEK)
            break;
    }
    return WASI_SUCCESS;
}

static u16 win_send(file_handle file, const struct file_slice *slices, u32 count, u64 *done) {
    *done = 0;
    for (u32 i = 0; i < count; i++) {
        if (slices[i].size == 0)
            continue;
        i32 part = send(win_socket(file), slices[i].base, (i32)slices[i].size, 0);
        if (part < 0)
            return *done ? WASI_SUCCESS : win_socket_error();
        *done += (u64)part;
        if ((u64)part < slices[i].size)
            break;
    }
    return WASI_SUCCESS;
}

/* Waits for all of it: slice by slice, part by part. */
static u16 win_receive_all(
    file_handle file, const struct file_slice *slices, u32 count, u64 *done) {
    *done = 0;
    for (u32 i = 0; i < count; i++) {
        for (u64 at = 0; at < slices[i].size;) {
            struct file_slice rest = {guest_bytes_at(slices[i].base, at), slices[i].size - at};
            struct file_poll poll = {.file = file, .wanted = FILE_POLL_READ};
            u64 part;
            u16 error = file_poll(&poll, 1, FILE_POLL_FOREVER);
            if (!error)
                error = win_receive(file, &rest, 1, 0, &part);
            if (error == WASI_EAGAIN)
                continue;
            if (error || part == 0)
                return *done ? WASI_SUCCESS : error;
            at += part;
            *done += part;
        }
    }
    return WASI_SUCCESS;
}

INTERNAL u16 file_receive(file_handle file, const struct file_slice *slices, u32 count, u32 flags,
    u64 *done, u32 *received) {
    *received = 0;
    if (!win_is_socket(file))
        return WASI_ENOTSOCK;
    if ((flags & WASI_RECEIVE_WAITALL) && !(flags & WASI_RECEIVE_PEEK))
        return win_receive_all(file, slices, count, done);
    return win_receive(file, slices, count, flags & WASI_RECEIVE_PEEK ? WIN_MSG_PEEK : 0, done);
}

/* `wait` is the caller's business, who is told EAGAIN. */
INTERNAL u16 file_send(
    file_handle file, const struct file_slice *slices, u32 count, bool wait, u64 *done) {
    (void)wait;
    return win_is_socket(file) ? win_send(file, slices, count, done) : WASI_ENOTSOCK;
}

INTERNAL u16 file_shutdown(file_handle file, u32 how) {
    if (!win_is_socket(file))
        return WASI_ENOTSOCK;
    return shutdown(win_socket(file), (i32)how - 1) ? win_socket_error() : WASI_SUCCESS;
}
