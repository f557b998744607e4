/* Of two clocks the earlier one is reported, alone. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_subscription_t wishes[2] = {
        {.userdata = 1, .u = {.tag = __WASI_EVENTTYPE_CLOCK, .u.clock = {.id = __WASI_CLOCKID_MONOTONIC, .timeout = 10000000000ull}}},
        {.userdata = 2, .u = {.tag = __WASI_EVENTTYPE_CLOCK, .u.clock = {.id = __WASI_CLOCKID_MONOTONIC, .timeout = 10000000ull}}},
    };
    __wasi_event_t events[2];
    __wasi_size_t count = 0;
    RAW(0, __wasi_poll_oneoff(wishes, events, 2, &count));
    EQUAL(count, 1);
    EQUAL(events[0].userdata, 2);
    return done();
}
