/* Clock, file, pipe and standard output in one call: what is ready is reported, the clock is not.
 * stdin: "data"
 */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("hello.txt", O_RDWR));
    __wasi_subscription_t wishes[5] = {
        {.userdata = 1, .u = {.tag = __WASI_EVENTTYPE_CLOCK, .u.clock = {.id = __WASI_CLOCKID_MONOTONIC, .timeout = 20000000000ull, .flags = 0}}},
        {.userdata = 2, .u = {.tag = __WASI_EVENTTYPE_FD_READ, .u.fd_read = {.file_descriptor = fd}}},
        {.userdata = 3, .u = {.tag = __WASI_EVENTTYPE_FD_WRITE, .u.fd_write = {.file_descriptor = fd}}},
        {.userdata = 4, .u = {.tag = __WASI_EVENTTYPE_FD_READ, .u.fd_read = {.file_descriptor = 0}}},
        {.userdata = 5, .u = {.tag = __WASI_EVENTTYPE_FD_WRITE, .u.fd_write = {.file_descriptor = 1}}},
    };
    __wasi_event_t events[5];
    __wasi_size_t count = 0;
    int seen = 0;
    RAW(0, __wasi_poll_oneoff(wishes, events, 5, &count));
    TRUE(count >= 2);
    for (size_t i = 0; i < count; i++) {
        EQUAL(events[i].error, 0);
        seen |= 1 << events[i].userdata;
    }
    EQUAL(seen & 1 << 1, 0);
    EQUAL(seen & (1 << 2 | 1 << 3), 1 << 2 | 1 << 3);
    return done();
}
