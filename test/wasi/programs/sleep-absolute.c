/* poll_oneoff waits until a point of the monotonic clock; a point in the past does not wait. */
#include "expect.h"

static void wait_until(__wasi_timestamp_t point)
{
    __wasi_subscription_t wish = {.userdata = 7, .u = {.tag = __WASI_EVENTTYPE_CLOCK}};
    wish.u.u.clock = (__wasi_subscription_clock_t){
        .id = __WASI_CLOCKID_MONOTONIC, .timeout = point, .flags = __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME};
    __wasi_event_t event;
    __wasi_size_t count = 0;
    RAW(0, __wasi_poll_oneoff(&wish, &event, 1, &count));
    EQUAL(count, 1);
    EQUAL(event.userdata, 7);
    EQUAL(event.error, 0);
    EQUAL(event.type, __WASI_EVENTTYPE_CLOCK);
}

int main(int argc, char **argv)
{
    __wasi_timestamp_t start, now;
    RAW(0, __wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, &start));
    wait_until(start + 20000000);
    RAW(0, __wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, &now));
    TRUE(now >= start + 20000000);
    wait_until(start);
    return done();
}
