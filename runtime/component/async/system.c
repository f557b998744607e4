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

/* Looks which of them are over, or waits for the first. Of all times only the first is asked for. */
static void poll_system(bool block) {
    if (!system_waits) return;
    u32 count = 0, done = 0;
    u64 first = ~0ull;
    bool has_time = false;
    struct subscription *in = allocate((system_wait_count + 1) * sizeof *in);
    struct event *out = allocate((system_wait_count + 1) * sizeof *out);
    for (struct system_wait *wait = system_waits; wait; wait = wait->next) {
        if (wait->type == EVENT_CLOCK) {
            has_time = true;
            if (wait->time < first) first = wait->time;
        } else {
            in[count++] = (struct subscription){.userdata = (u32)wait, .type = wait->type, .fd = wait->fd};
        }
    }
    if (!block) in[count++] = (struct subscription){.clock.id = CLOCK_MONOTONIC};
    else if (has_time)
        in[count++] = (struct subscription){
            .clock = {.id = CLOCK_MONOTONIC, .timeout = first, .flags = SUBSCRIPTION_ABSOLUTE}};
    u32 error = poll_oneoff(in, out, count, &done);
    if (error) fail(TRAP_SYSTEM, error);
    for (u32 i = 0; i < done; i++)
        if (out[i].userdata) ((struct system_wait *)(u32)out[i].userdata)->ready = true;
    u64 now = has_time ? monotonic_now() : 0;
    for (struct system_wait *wait = system_waits; wait; wait = wait->next)
        if (wait->type == EVENT_CLOCK && wait->time <= now) wait->ready = true;
    release(in, (system_wait_count + 1) * sizeof *in);
    release(out, (system_wait_count + 1) * sizeof *out);
}

static bool wait_for_system(void) {
    if (!system_waits) return false;
    poll_system(true);
    return true;
}
