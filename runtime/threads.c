/* Waiting on memory. Who waits stands in a list, in order of arrival, and sleeps on a word of its own. */

#include "threads.h"
#include "lock.h"

struct threads_waiter {
    struct threads_waiter *next;
    const u8 *place;
    u32 notified;
};

static struct lock threads_lock; /* of the list */
static struct threads_waiter *threads_first, **threads_end = &threads_first;

/* Takes the waiter that `link` leads to out of the list. */
static void threads_unlink(struct threads_waiter **link) {
    struct threads_waiter *waiter = *link;
    *link = waiter->next;
    if (!*link) threads_end = link;
}

static bool threads_sees(const u8 *place, u32 width, u64 expected) {
    if (width == 4) return __atomic_load_n((const u32 *)place, __ATOMIC_SEQ_CST) == (u32)expected;
    return __atomic_load_n((const u64 *)place, __ATOMIC_SEQ_CST) == expected;
}

/* Until the waiter was notified or the time has come. */
static void threads_sleep(const struct threads_waiter *waiter, i64 timeout) {
    u64 now, deadline = PROCESS_NO_TIMEOUT, left = PROCESS_NO_TIMEOUT;
    if (timeout >= 0) {
        process_clock_time(PROCESS_CLOCK_MONOTONIC, &now);
        deadline = now + (u64)timeout;
    }
    while (!__atomic_load_n(&waiter->notified, __ATOMIC_ACQUIRE)) {
        if (timeout >= 0) {
            process_clock_time(PROCESS_CLOCK_MONOTONIC, &now);
            if (now >= deadline) return;
            left = deadline - now;
        }
        process_wait(&waiter->notified, 0, left);
    }
}

WASM_API u32 wasm_threads_wait(const u8 *place, u32 width, u64 expected, i64 timeout) {
    struct threads_waiter waiter = {NULL, place, 0};
    u32 result = 0;
    lock_take(&threads_lock);
    if (!threads_sees(place, width, expected)) {
        lock_release(&threads_lock);
        return 1;
    }
    *threads_end = &waiter;
    threads_end = &waiter.next;
    lock_release(&threads_lock);
    threads_sleep(&waiter, timeout);
    lock_take(&threads_lock);
    if (!waiter.notified) {
        struct threads_waiter **link = &threads_first;
        while (*link != &waiter) link = &(*link)->next;
        threads_unlink(link);
        result = 2;
    }
    lock_release(&threads_lock);
    return result;
}

WASM_API u32 wasm_threads_notify(const u8 *place, u32 count) {
    u32 woken = 0;
    lock_take(&threads_lock);
    for (struct threads_waiter **link = &threads_first; *link && woken < count;) {
        struct threads_waiter *waiter = *link;
        if (waiter->place != place) {
            link = &waiter->next;
            continue;
        }
        threads_unlink(link);
        woken++;
        __atomic_store_n(&waiter->notified, 1, __ATOMIC_RELEASE);
        /* The waiter may be gone by now: its address alone is used. */
        process_wake(&waiter->notified);
    }
    lock_release(&threads_lock);
    return woken;
}

#if defined(WASM_THREADED) && !defined(WASM_LIBRARY)
#if defined(__linux__)
#include "platform/linux/threads.c"
#elif defined(_WIN32)
#include "platform/windows/threads.c"
#else
#include "platform/posix/threads.c"
#endif
#include "wasi/threads.c"
#endif
