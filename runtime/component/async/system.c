/* What threads wait for of the system: a time, or a descriptor that can be read or written. */
#include "../preview1.h"
#include "tasks.h"

struct system_wait {
    struct system_wait *next;
    u8 type; /* of the subscription */
    u32 fd;
    u64 time;
    bool ready;
};

static struct system_wait *system_waits;
static u32 system_wait_count;

static void wait_in_system(struct system_wait *wait) {
    wait->next = system_waits;
    system_waits = wait;
    system_wait_count++;
    thread_wait(WAIT_SYSTEM, &wait->ready, true);
    struct system_wait **link = &system_waits;
    while (*link != wait) link = &(*link)->next;
    *link = wait->next;
    system_wait_count--;
}

static void wait_until(u32 fd, u8 type) {
    struct system_wait wait = {.type = type, .fd = fd};
    wait_in_system(&wait);
}

static void wait_until_time(u64 time) {
    struct system_wait wait = {.type = EVENT_CLOCK, .time = time};
    wait_in_system(&wait);
}

/* Looks which of them are over, or waits for the first. */
static void poll_system(bool block) {
    if (!system_waits) return;
    u32 count = system_wait_count, total = count + !block, done = 0, i = 0;
    struct subscription *in = allocate(total * sizeof *in);
    struct event *out = allocate(total * sizeof *out);
    for (struct system_wait *wait = system_waits; wait; wait = wait->next, i++) {
        in[i] = (struct subscription){.userdata = (u32)wait, .type = wait->type};
        if (wait->type == EVENT_CLOCK) {
            in[i].clock.id = CLOCK_MONOTONIC;
            in[i].clock.timeout = wait->time;
            in[i].clock.flags = SUBSCRIPTION_ABSOLUTE;
        } else {
            in[i].fd = wait->fd;
        }
    }
    if (!block) in[i] = (struct subscription){.clock.id = CLOCK_MONOTONIC};
    u32 error = poll_oneoff(in, out, total, &done);
    if (error) fail(TRAP_SYSTEM, error);
    for (i = 0; i < done; i++)
        if (out[i].userdata) ((struct system_wait *)(u32)out[i].userdata)->ready = true;
    release(in, total * sizeof *in);
    release(out, total * sizeof *out);
}

static bool wait_for_system(void) {
    if (!system_waits) return false;
    poll_system(true);
    return true;
}
