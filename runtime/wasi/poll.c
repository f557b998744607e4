/* poll_oneoff: waits for clocks and files together. */
#include "../platform/process.h"
#include "fds.h"
#include "guest.h"

/* More subscriptions in one call are refused with EINVAL. */
#ifdef WASM_NET
#define POLL_MAX 12288
#else
#define POLL_MAX FDS_MAX
#endif
/* These stand on the program's stack, as no other frame of the runtime: well below the 4 MiB of the guard below it. */
_Static_assert(POLL_MAX * (sizeof(struct wasi_subscription) + sizeof(struct file_poll) + sizeof(struct fd_use)) <
                   0x100000,
    "a frame that cannot jump over the stack's guard");

static u16 poll_clock(u32 id, u64 *now) {
    if (id != PROCESS_CLOCK_REALTIME && id != PROCESS_CLOCK_MONOTONIC)
        return WASI_ENOTSUP;
    return process_clock_time((enum process_clock)id, now);
}

/* What a call was given. */
struct poll_list {
    const struct wasi_subscription *subscriptions;
    u32 count;
};

/* The subscription at that place. clock_shift: where clocks have a number more, as in wasi_unstable, its size. */
static struct wasi_subscription poll_subscription(u64 at, u32 clock_shift) {
    const u64 head = offsetof(struct wasi_subscription, clock);
    struct wasi_subscription subscription;
    guest_copy_in(&subscription, at, head);
    if (subscription.type == WASI_EVENT_CLOCK)
        at += clock_shift;
    guest_copy_in(&subscription.clock, at + head, sizeof subscription - head);
    return subscription;
}

/* Nanoseconds until a clock's subscription is due: 0 if it is, or if it cannot be waited for.
   Relative times count from `start`, the times of both clocks at the beginning of the call. */
static u64 poll_remaining(const struct wasi_subscription *subscription, const u64 start[2]) {
    u64 now, due = subscription->clock.timeout;
    u32 id = subscription->clock.id;
    if (poll_clock(id, &now))
        return 0;
    if (!(subscription->clock.flags & WASI_SUBCLOCK_ABSTIME))
        due = start[id] + due < due ? ~0ull : start[id] + due;
    return due > now ? due - now : 0;
}

/* The open file of a subscription, or FILE_NONE with the reason. Regular files are always ready and
   not waited for. */
static u16 poll_file(const struct wasi_subscription *subscription, struct file_poll *poll) {
    struct fd *fd;
    bool reads = subscription->type == WASI_EVENT_FD_READ;
    u64 rights = reads ? WASI_RIGHT_FD_READ : WASI_RIGHT_FD_WRITE;
    u16 error = fd_get(subscription->fd, WASI_RIGHT_POLL_FD_READWRITE, &fd);
    if (!error && (rights & ~fd->rights_base) && !(fd->rights_base & WASI_RIGHT_SOCK_ACCEPT))
        error = WASI_ENOTCAPABLE;
    /* A standard stream that the host did not give. */
    if (!error && fd->file == FILE_NONE)
        error = WASI_EBADF;
    poll->file = error ? FILE_NONE : fd->file;
    poll->wanted = reads ? FILE_POLL_READ : FILE_POLL_WRITE;
    poll->ready = 0;
    return error;
}

/* The event of a subscription that is due; false if it is not. */
static bool poll_event(const struct wasi_subscription *subscription, const struct file_poll *poll,
    const u64 start[2], struct wasi_event *event) {
    struct file_poll checked;
    u64 now;
    *event = (struct wasi_event){.userdata = subscription->userdata, .type = subscription->type};
    if (subscription->type == WASI_EVENT_CLOCK) {
        event->error = poll_clock(subscription->clock.id, &now);
        return event->error || poll_remaining(subscription, start) == 0;
    }
    if (poll->file == FILE_NONE) {
        event->error = poll_file(subscription, &checked);
        return true;
    }
    if (poll->ready & FILE_POLL_INVALID)
        event->error = WASI_EBADF;
    if (poll->ready & FILE_POLL_HANGUP)
        event->flags = WASI_EVENT_HANGUP;
    if (subscription->type == WASI_EVENT_FD_READ && (poll->ready & FILE_POLL_READ))
        event->size = file_readable_size(poll->file);
    return poll->ready != 0;
}

/* Waits once: until the earliest clock at most, and not at all if an event is sure. */
static u16 poll_wait(const struct poll_list *list, struct file_poll *files, struct fd_use *uses, const u64 start[2]) {
    u64 timeout = FILE_POLL_FOREVER;
    u32 file_count = 0;
    for (u32 i = 0; i < list->count; i++) {
        const struct wasi_subscription *subscription = &list->subscriptions[i];
        if (subscription->type == WASI_EVENT_CLOCK) {
            u64 remaining = poll_remaining(subscription, start);
            timeout = remaining < timeout ? remaining : timeout;
            files[i].file = FILE_NONE;
        } else if (poll_file(subscription, &files[i])) {
            timeout = 0;
        } else {
            file_count++;
        }
        fd_use_add(&uses[i], files[i].file);
    }
    UNLOCKED(wasi_lock);
    return file_poll(files, file_count ? list->count : 0, timeout);
}

/* Writes the events of one wait; their number is 0 if it ended a moment early. */
static u16 poll_once(const struct poll_list *list, u64 events, const u64 start[2], u32 *ready) {
    struct file_poll files[list->count];
    struct fd_use uses[list->count];
    u16 error = poll_wait(list, files, uses, start);
    *ready = 0;
    for (u32 i = 0; i < list->count; i++) {
        struct wasi_event event;
        if (!error && poll_event(&list->subscriptions[i], &files[i], start, &event)) {
            guest_put(events + (u64)*ready * sizeof event, &event);
            ++*ready;
        }
        fd_use_remove(&uses[i]);
    }
    return error;
}

static u16 poll_all(u32 subscriptions, u32 events, u32 count, u32 result, u32 clock_shift) {
    const u64 size = sizeof(struct wasi_subscription) + clock_shift;
    u64 start[2] = {0, 0};
    u32 ready;
    u16 error;
    if (count == 0 || count > POLL_MAX)
        return WASI_EINVAL;
    if (!guest_range(subscriptions, count * size) ||
        !guest_range(events, (u64)count * sizeof(struct wasi_event)) ||
        !guest_range(result, sizeof(u32)))
        return WASI_EFAULT;
    struct wasi_subscription copies[count];
    const struct poll_list list = {copies, count};
    for (u32 i = 0; i < count; i++) {
        copies[i] = poll_subscription(subscriptions + i * size, clock_shift);
        if (copies[i].type > WASI_EVENT_FD_WRITE)
            return WASI_EINVAL;
    }
    poll_clock(PROCESS_CLOCK_REALTIME, &start[PROCESS_CLOCK_REALTIME]);
    poll_clock(PROCESS_CLOCK_MONOTONIC, &start[PROCESS_CLOCK_MONOTONIC]);
    do
        error = poll_once(&list, events, start, &ready);
    while (!error && ready == 0);
    if (error)
        return error;
    guest_put_u32(result, ready);
    return WASI_SUCCESS;
}

WASM_API u32 wasi_snapshot_preview1__poll_oneoff(
    u32 subscriptions, u32 events, u32 count, u32 result) {
    WASI_LOCKED;
    return poll_all(subscriptions, events, count, result, 0);
}
