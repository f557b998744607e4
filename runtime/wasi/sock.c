/* Sockets: those that the host hands over as standard streams, or that come from one of them. */
#include "fds.h"
#include "guest.h"

static u16 sock_get(u32 number, u64 rights, struct fd **fd) {
    u16 error = fd_get(number, 0, fd);
    if (error)
        return error;
    if ((*fd)->type != WASI_FILETYPE_SOCKET_STREAM && (*fd)->type != WASI_FILETYPE_SOCKET_DGRAM)
        return WASI_ENOTSOCK;
    return rights & ~(*fd)->rights_base ? WASI_ENOTCAPABLE : WASI_SUCCESS;
}

WASM_API u32 wasi_snapshot_preview1__sock_accept(u32 number, u32 flags, u32 result) {
    WASI_LOCKED;
    struct fd_use use;
    struct fd *fd, accepted = {.rights_base = RIGHTS_SOCKET, .type = WASI_FILETYPE_SOCKET_STREAM};
    u32 added;
    u16 error = sock_get(number, WASI_RIGHT_SOCK_ACCEPT, &fd);
    if (error)
        return error;
    if (flags & ~(u32)WASI_FDFLAG_NONBLOCK)
        return WASI_EINVAL;
    if (!guest_range(result, sizeof(u32)))
        return WASI_EFAULT;
    fd = fd_use_begin(&use, fd);
    if (fd_flags(fd) & WASI_FDFLAG_NONBLOCK)
        error = io_wait(fd, FILE_POLL_READ);
    while (!error && (error = file_accept(fd->file, &accepted.file)) == WASI_EAGAIN)
        error = io_wait(fd, FILE_POLL_READ);
    fd_use_end(&use);
    if (error)
        return error;
    accepted.flags = (u16)flags;
#ifdef WASM_NET
    accepted.net = fd->net & (SOCKET_OPEN | SOCKET_V6);
#endif
    error = fd_add(&accepted, &added);
    if (!error)
        guest_put_u32(result, added);
    return error;
}

WASM_API u32 wasi_snapshot_preview1__sock_recv(
    u32 number, u32 iovecs, u32 iovec_count, u32 flags, u32 size_result, u32 flags_result) {
    WASI_LOCKED;
    struct file_slice slices[GUEST_SLICES_MAX];
    struct fd_use use;
    struct fd *fd;
    u32 count, received = 0;
    u64 done = 0;
    u16 error = sock_get(number, WASI_RIGHT_FD_READ, &fd);
    if (!error && (flags & ~(u32)(WASI_RECEIVE_PEEK | WASI_RECEIVE_WAITALL)))
        error = WASI_EINVAL;
    if (!error)
        error = guest_slices(iovecs, iovec_count, 0, slices, &count);
    if (!error &&
        !(guest_range(size_result, sizeof(u32)) && guest_range(flags_result, sizeof(u16))))
        error = WASI_EFAULT;
    if (error)
        return error;
    fd = fd_use_begin(&use, fd);
    if (fd_flags(fd) & WASI_FDFLAG_NONBLOCK) {
        error = io_wait(fd, FILE_POLL_READ);
        flags &= ~(u32)WASI_RECEIVE_WAITALL;
    }
    while (!error && (error = file_receive(fd->file, slices, count, flags, &done, &received)) ==
                         WASI_EAGAIN)
        error = io_wait(fd, FILE_POLL_READ);
    fd_use_end(&use);
    if (!error) {
        u16 result_flags = (u16)received;
        guest_put_u32(size_result, (u32)done);
        guest_put(flags_result, &result_flags);
    }
    return error;
}

WASM_API u32 wasi_snapshot_preview1__sock_send(
    u32 number, u32 iovecs, u32 iovec_count, u32 flags, u32 result) {
    WASI_LOCKED;
    struct file_slice slices[GUEST_SLICES_MAX];
    struct fd_use use;
    struct fd *fd;
    u32 count;
    u64 done;
    u16 error = sock_get(number, WASI_RIGHT_FD_WRITE, &fd);
    if (!error && flags)
        error = WASI_EINVAL;
    if (!error)
        error = guest_slices(iovecs, iovec_count, 0, slices, &count);
    if (!error && !guest_range(result, sizeof(u32)))
        error = WASI_EFAULT;
    if (error)
        return error;
    fd = fd_use_begin(&use, fd);
    bool wait = !(fd_flags(fd) & WASI_FDFLAG_NONBLOCK);
    while (!error && (error = file_send(fd->file, slices, count, wait, &done)) == WASI_EAGAIN)
        error = io_wait(fd, FILE_POLL_WRITE);
    fd_use_end(&use);
    if (!error)
        guest_put_u32(result, (u32)done);
    return error;
}

WASM_API u32 wasi_snapshot_preview1__sock_shutdown(u32 number, u32 how) {
    WASI_LOCKED;
    struct fd *fd;
    u16 error = sock_get(number, WASI_RIGHT_SOCK_SHUTDOWN, &fd);
    if (error)
        return error;
    if (how == 0 || (how & ~(u32)(WASI_SHUTDOWN_READ | WASI_SHUTDOWN_WRITE)))
        return WASI_EINVAL;
    return file_shutdown(fd->file, how);
}
