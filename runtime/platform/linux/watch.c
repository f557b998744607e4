/* Watching many files at once on Linux, by epoll. */
#include "../net.h"
#include "errno.h"
#include "syscall.h"

#define SYS_EPOLL_CREATE1 LINUX_SYSCALL_NUMBER(291, 20)
#define SYS_EPOLL_CTL LINUX_SYSCALL_NUMBER(233, 21)
#define SYS_EPOLL_PWAIT LINUX_SYSCALL_NUMBER(281, 22)

enum { EPOLL_CTL_ADD = 1, EPOLL_CTL_MOD = 3, EPOLL_CLOEXEC = 02000000, EPOLLONESHOT = 1 << 30 };

struct linux_epoll_event {
    u32 events;
    u64 data;
}
#if defined(__x86_64__)
__attribute__((packed))
#endif
;

static i64 linux_epoll = -1;

INTERNAL u16 net_watch(file_handle file, u32 wanted, u32 number) {
    if (linux_epoll < 0)
        linux_epoll = linux_syscall(SYS_EPOLL_CREATE1, EPOLL_CLOEXEC);
    if (linux_epoll < 0)
        return WASI_ENOSYS;
    struct linux_epoll_event event = {.events = EPOLLONESHOT, .data = number};
    event.events |= wanted & FILE_POLL_READ ? POLLIN : 0;
    event.events |= wanted & FILE_POLL_WRITE ? POLLOUT : 0;
    i64 result = linux_syscall(SYS_EPOLL_CTL, linux_epoll, EPOLL_CTL_MOD, file, &event);
    /* What was closed is not watched any more; its number may be another file's now. */
    if (linux_error(result) == WASI_ENOENT)
        result = linux_syscall(SYS_EPOLL_CTL, linux_epoll, EPOLL_CTL_ADD, file, &event);
    return linux_error(result);
}

INTERNAL u16 net_watched(u64 timeout, struct net_event *events, u32 room, u32 *count) {
    struct linux_epoll_event found[NET_EVENTS_MAX];
    struct linux_time limit = {(i64)(timeout / 1000000000), (i64)(timeout % 1000000000)};
    struct linux_pollfd poll = {.file = (i32)linux_epoll, .events = POLLIN};
    *count = 0;
    i64 result = linux_epoll < 0 ? 0 : linux_syscall(SYS_EPOLL_PWAIT, linux_epoll, found, room, 0, NULL, 8);
    if (result == 0 && timeout) {
        /* It counts in milliseconds, and this in nanoseconds. */
        result = linux_syscall(
            SYS_PPOLL, &poll, linux_epoll >= 0, timeout == FILE_POLL_FOREVER ? NULL : &limit, NULL, 8);
        if (result > 0)
            result = linux_syscall(SYS_EPOLL_PWAIT, linux_epoll, found, room, 0, NULL, 8);
    }
    if (result < 0)
        return result == -EINTR ? WASI_SUCCESS : linux_error(result);
    for (i64 i = 0; i < result; i++) {
        u32 number = (u32)found[i].data;
        u32 ready = linux_ready(FILE_POLL_READ | FILE_POLL_WRITE, found[i].events);
        events[i] = (struct net_event){number, ready};
    }
    *count = (u32)result;
    return WASI_SUCCESS;
}
