/* What threads and pumps wait for of the system: a time, or a descriptor that can be read or written. */
#include "../preview1.h"
#include "tasks.h"

/* Descriptors; times, the first of them first; and what is over of pumps that were not told yet. */
static struct system_wait descriptor_waits = {&descriptor_waits, &descriptor_waits};
static struct system_wait time_waits = {&time_waits, &time_waits};
static struct system_wait waits_over = {&waits_over, &waits_over};
static u32 descriptor_wait_count;

static void insert_wait(struct system_wait *wait, struct system_wait *next) {
    wait->next = next;
    wait->before = next->before;
    next->before->next = wait;
    next->before = wait;
}

static void unlink_wait(struct system_wait *wait) {
    wait->next->before = wait->before;
    wait->before->next = wait->next;
    wait->next = NULL;
    if (!wait->ready && wait->type != EVENT_CLOCK) descriptor_wait_count--;
}

/* Threads go on in the order in which what they wait for is over. A pump may end the waits of others, and begin new ones, when
   it is told. */
static void wait_is_over(struct system_wait *wait) {
    struct thread *thread = wait->thread;
    unlink_wait(wait);
    wait->ready = true;
    if (wait->call) returns_now(wait->call);
    else if (wait->pump) insert_wait(wait, &waits_over);
    else if (thread->wait) list_again(thread);
}

#ifdef WASM_NET
/* Where the system cannot tell of one among many, all are polled. */
static bool watches = true;
/* By twice the number of a descriptor, and one more for writing: who waits for it. */
static struct system_wait **watched;
static u32 watched_room;

static struct system_wait **watched_place(const struct system_wait *wait) {
    u32 place = wait->fd * 2 + (wait->type == EVENT_WRITE);
    while (place >= watched_room) watched = with_room(watched, watched_room, &watched_room, sizeof *watched);
    return &watched[place];
}

static void watched_is_over(u32 place) {
    for (struct system_wait *wait = watched[place]; wait; wait = wait->same) wait_is_over(wait);
    watched[place] = NULL;
}

/* What cannot be watched never waits. */
static void watch_begin(struct system_wait *wait) {
    struct system_wait **place = watched_place(wait);
    wait->same = *place;
    *place = wait;
    u32 error = wait->same ? 0 : net_watch(wait->fd, wait->type == EVENT_WRITE, true);
    if (error == WASI_ENOSYS) watches = false;
    else if (error) watched_is_over((u32)(place - watched));
}

static void watch_end(struct system_wait *wait) {
    struct system_wait **place = watched_place(wait), **link = place;
    while (*link != wait) link = &(*link)->same;
    *link = wait->same;
    if (!*place) net_watch(wait->fd, wait->type == EVENT_WRITE, false);
}
#endif

static void system_wait_begin(struct system_wait *wait) {
    wait->ready = false;
    if (wait->type != EVENT_CLOCK) {
        insert_wait(wait, &descriptor_waits);
        descriptor_wait_count++;
#ifdef WASM_NET
        if (watches) watch_begin(wait);
#endif
        return;
    }
    struct system_wait *next = &time_waits;
    while (next->before != &time_waits && next->before->time > wait->time) next = next->before;
    insert_wait(wait, next);
}

static void system_wait_end(struct system_wait *wait) {
    if (!wait->next) return;
#ifdef WASM_NET
    if (watches && !wait->ready && wait->type != EVENT_CLOCK) watch_end(wait);
#endif
    unlink_wait(wait);
}

/* False if the task was cancelled before. */
static bool wait_in_system(struct system_wait *wait) {
    wait->thread = current;
    system_wait_begin(wait);
    thread_wait(WAIT_SYSTEM, &wait->ready, true);
    system_wait_end(wait);
    return wait->ready;
}

static bool wait_until(u32 fd, u8 type) {
    struct system_wait wait = {.type = type, .fd = fd};
    return wait_in_system(&wait);
}

/* The function that is called returns then, and its thread is done before. */
static void return_at(u64 time) {
    struct call *call = current->task;
    call->later = allocate(sizeof *call->later);
    *call->later = (struct system_wait){.call = call, .type = EVENT_CLOCK, .time = time};
    call->references++;
    system_wait_begin(call->later);
}

static void end_later(struct call *call) {
    system_wait_end(call->later);
    release(call->later, sizeof *call->later);
    call->later = NULL;
}

/* The system takes so many at once. Of more than that all have their turn, each time with others. */
#define POLLED_MAX 4000u
#define POLL_TURN 10000000u

/* Of all times only the first is asked for. */
static void poll_descriptors(bool block) {
    const bool has_time = time_waits.next != &time_waits, has_more = descriptor_wait_count > POLLED_MAX;
    const u32 polled = has_more ? POLLED_MAX : descriptor_wait_count, room = polled + 1;
    u32 count = 0, done = 0;
    u64 until = has_time ? time_waits.next->time : ~0ull;
    struct subscription *in = allocate(room * sizeof *in);
    struct event *out = allocate(room * sizeof *out);
    while (count < polled) {
        struct system_wait *wait = descriptor_waits.next;
        in[count++] = (struct subscription){.userdata = (u32)wait, .type = wait->type, .fd = wait->fd};
        unlink_wait(wait);
        insert_wait(wait, &descriptor_waits);
        descriptor_wait_count++;
    }
    if (block && has_more && monotonic_now() + POLL_TURN < until) until = monotonic_now() + POLL_TURN;
    if (!block) in[count++] = (struct subscription){.clock.id = CLOCK_MONOTONIC};
    else if (has_time || has_more)
        in[count++] = (struct subscription){
            .clock = {.id = CLOCK_MONOTONIC, .timeout = until, .flags = SUBSCRIPTION_ABSOLUTE}};
    u32 error = poll_oneoff(in, out, count, &done);
    if (error) fail(TRAP_SYSTEM, error);
    for (u32 i = 0; i < done; i++)
        if (out[i].userdata) wait_is_over((struct system_wait *)(u32)out[i].userdata);
    release(in, room * sizeof *in);
    release(out, room * sizeof *out);
}

#ifdef WASM_NET
#define WATCHED_MAX 256
static void watch_descriptors(bool block) {
    u32 over[WATCHED_MAX];
    u64 timeout = block ? ~0ull : 0;
    u32 count = 0;
    if (block && time_waits.next != &time_waits) {
        u64 now = monotonic_now(), first = time_waits.next->time;
        timeout = first > now ? first - now : 0;
    }
    u32 error = net_watched(timeout, over, WATCHED_MAX, &count);
    if (error) fail(TRAP_SYSTEM, error);
    for (u32 i = 0; i < count; i++) watched_is_over(over[i]);
}
#endif

/* Looks what is over, or waits for the first. */
static void poll_system(bool block) {
    const bool has_time = time_waits.next != &time_waits;
    block &= waits_over.next == &waits_over;
    if (descriptor_wait_count || has_time) {
#ifdef WASM_NET
        if (watches) watch_descriptors(block);
        else
#endif
            poll_descriptors(block);
    }
    u64 now = has_time ? monotonic_now() : 0;
    while (time_waits.next != &time_waits && time_waits.next->time <= now) wait_is_over(time_waits.next);
    while (waits_over.next != &waits_over) pump_step(waits_over.next->pump);
}

static bool wait_for_system(void) {
    if (!descriptor_wait_count && time_waits.next == &time_waits && waits_over.next == &waits_over) return false;
    poll_system(true);
    return true;
}
