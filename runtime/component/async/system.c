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

static void system_wait_begin(struct system_wait *wait) {
    wait->ready = false;
    if (wait->type != EVENT_CLOCK) {
        insert_wait(wait, &descriptor_waits);
        descriptor_wait_count++;
        return;
    }
    struct system_wait *next = &time_waits;
    while (next->before != &time_waits && next->before->time > wait->time) next = next->before;
    insert_wait(wait, next);
}

static void system_wait_end(struct system_wait *wait) {
    if (!wait->next) return;
    wait->next->before = wait->before;
    wait->before->next = wait->next;
    wait->next = NULL;
    if (!wait->ready && wait->type != EVENT_CLOCK) descriptor_wait_count--;
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

static void wait_until_time(u64 time) {
    struct system_wait wait = {.type = EVENT_CLOCK, .time = time};
    wait_in_system(&wait);
}

/* Threads go on in the order in which what they wait for is over. A pump may end the waits of others, and begin new ones, when
   it is told. */
static void wait_is_over(struct system_wait *wait) {
    struct thread *thread = wait->thread;
    system_wait_end(wait);
    wait->ready = true;
    if (wait->pump) {
        insert_wait(wait, &waits_over);
    } else {
        unlist_waiting(thread);
        list_waiting(thread, WAIT_SYSTEM, &wait->ready);
    }
}

/* Looks which of them are over, or waits for the first. Of all times only the first is asked for. */
static void poll_system(bool block) {
    const bool has_time = time_waits.next != &time_waits;
    const u32 room = descriptor_wait_count + 1;
    u32 count = 0, done = 0;
    if (room == 1 && !has_time) return;
    struct subscription *in = allocate(room * sizeof *in);
    struct event *out = allocate(room * sizeof *out);
    for (struct system_wait *wait = descriptor_waits.next; wait != &descriptor_waits; wait = wait->next)
        in[count++] = (struct subscription){.userdata = (u32)wait, .type = wait->type, .fd = wait->fd};
    if (!block) in[count++] = (struct subscription){.clock.id = CLOCK_MONOTONIC};
    else if (has_time)
        in[count++] = (struct subscription){
            .clock = {.id = CLOCK_MONOTONIC, .timeout = time_waits.next->time, .flags = SUBSCRIPTION_ABSOLUTE}};
    u32 error = poll_oneoff(in, out, count, &done);
    if (error) fail(TRAP_SYSTEM, error);
    u64 now = has_time ? monotonic_now() : 0;
    while (time_waits.next != &time_waits && time_waits.next->time <= now) wait_is_over(time_waits.next);
    for (u32 i = 0; i < done; i++)
        if (out[i].userdata) wait_is_over((struct system_wait *)(u32)out[i].userdata);
    release(in, room * sizeof *in);
    release(out, room * sizeof *out);
    while (waits_over.next != &waits_over) pump_step(waits_over.next->pump);
}

static bool wait_for_system(void) {
    if (!descriptor_wait_count && time_waits.next == &time_waits) return false;
    poll_system(true);
    return true;
}
