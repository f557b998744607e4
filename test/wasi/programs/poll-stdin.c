/* Data on standard input is an event that beats a long timeout; the event tells how much there is, or leaves it.
 * stdin: "data"
 */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_subscription_t wishes[2] = {
        {.userdata = 1, .u = {.tag = __WASI_EVENTTYPE_FD_READ, .u.fd_read = {.file_descriptor = 0}}},
        {.userdata = 2, .u = {.tag = __WASI_EVENTTYPE_CLOCK, .u.clock = {.id = __WASI_CLOCKID_MONOTONIC, .timeout = 20000000000ull}}},
    };
    __wasi_event_t events[2];
    __wasi_size_t count = 0;
    RAW(0, __wasi_poll_oneoff(wishes, events, 2, &count));
    EQUAL(count, 1);
    EQUAL(events[0].userdata, 1);
    EQUAL(events[0].error, 0);
    EQUAL(events[0].type, __WASI_EVENTTYPE_FD_READ);
    char buffer[8];
    EQUAL(read(0, buffer, 8), 4);
    return done();
}
