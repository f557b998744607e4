/* A point in time that has passed, and a wait for nothing, are due at once. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_subscription_t wishes[3] = {
        {.userdata = 1, .u = {.tag = __WASI_EVENTTYPE_CLOCK, .u.clock = {.id = __WASI_CLOCKID_REALTIME, .timeout = 1000, .flags = __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME}}},
        {.userdata = 2, .u = {.tag = __WASI_EVENTTYPE_CLOCK, .u.clock = {.id = __WASI_CLOCKID_MONOTONIC, .timeout = 0, .flags = 0}}},
        {.userdata = 4, .u = {.tag = __WASI_EVENTTYPE_CLOCK, .u.clock = {.id = __WASI_CLOCKID_MONOTONIC, .timeout = 20000000000ull, .flags = 0}}},
    };
    __wasi_event_t events[3];
    __wasi_size_t count = 0;
    RAW(0, __wasi_poll_oneoff(wishes, events, 3, &count));
    EQUAL(count, 2);
    EQUAL(events[0].userdata + events[1].userdata, 3);
    EQUAL(events[0].error, 0);
    EQUAL(events[0].type, __WASI_EVENTTYPE_CLOCK);
    return done();
}
