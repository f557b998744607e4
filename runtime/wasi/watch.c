/* What tasks of components with sockets wait for: told once, when it is ready, whatever else there is that is not. */
#include "../platform/net.h"
#include "fds.h"
#include "guest.h"

#ifdef NET_WATCHES

/* By the number of the open file: FILE_POLL_READ, FILE_POLL_WRITE. */
static u8 net_wanted[FDS_MAX];

/* Nobody is told of what is not watched any more. */
WASM_API u32 wasi_net__watch(u32 number, u32 writes, u32 on) {
    WASI_LOCKED;
    struct fd *fd;
    const u8 wanted = writes ? FILE_POLL_WRITE : FILE_POLL_READ;
    u16 error = fd_get(number, WASI_RIGHT_POLL_FD_READWRITE, &fd);
    if (!error && fd->file == FILE_NONE)
        error = WASI_EBADF;
    if (error)
        return error;
    net_wanted[number] = (u8)(on ? net_wanted[number] | wanted : net_wanted[number] & ~wanted);
    if (on)
        error = net_watch(fd->file, net_wanted[number], number);
    if (error)
        net_wanted[number] &= (u8)~wanted;
    return error;
}

/* Waits for the first of them; gives twice their numbers, and one more for writing. Each may be ready for both. */
WASM_API u32 wasi_net__watched(u64 timeout, u32 pointer, u32 room, u32 result) {
    WASI_LOCKED;
    struct net_event events[NET_EVENTS_MAX];
    u32 count = 0, told = 0;
    if (!guest_range(pointer, (u64)room * sizeof(u32)) || !guest_range(result, sizeof(u32)))
        return WASI_EFAULT;
    u32 most = room / 2 < NET_EVENTS_MAX ? room / 2 : NET_EVENTS_MAX;
    u16 error = most ? net_watched(timeout, events, most, &count) : WASI_EINVAL;
    if (error)
        return error;
    for (u32 i = 0; i < count; i++) {
        const u32 number = events[i].number, ready = events[i].ready & net_wanted[number];
        struct fd *fd;
        for (u32 writes = 0; writes < 2; writes++)
            if (ready & (writes ? FILE_POLL_WRITE : FILE_POLL_READ))
                guest_put_u32(pointer + (u64)told++ * sizeof(u32), number * 2 + writes);
        net_wanted[number] &= (u8)~ready;
        if (net_wanted[number] && !fd_get(number, 0, &fd))
            net_watch(fd->file, net_wanted[number], number);
    }
    guest_put_u32(result, told);
    return WASI_SUCCESS;
}

#else

WASM_API u32 wasi_net__watch(u32 number, u32 writes, u32 on) {
    (void)number, (void)writes, (void)on;
    return WASI_ENOSYS;
}
WASM_API u32 wasi_net__watched(u64 timeout, u32 pointer, u32 room, u32 result) {
    (void)timeout, (void)pointer, (void)room, (void)result;
    return WASI_ENOSYS;
}

#endif
