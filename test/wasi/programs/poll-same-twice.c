/* One descriptor, subscribed to for reading and for writing and twice over: an event each. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("hello.txt", O_RDWR));
    __wasi_subscription_t wishes[3] = {
        {.userdata = 1, .u = {.tag = __WASI_EVENTTYPE_FD_READ, .u.fd_read = {.file_descriptor = fd}}},
        {.userdata = 2, .u = {.tag = __WASI_EVENTTYPE_FD_WRITE, .u.fd_write = {.file_descriptor = fd}}},
        {.userdata = 3, .u = {.tag = __WASI_EVENTTYPE_FD_READ, .u.fd_read = {.file_descriptor = fd}}},
    };
    __wasi_event_t events[3];
    __wasi_size_t count = 0;
    RAW(0, __wasi_poll_oneoff(wishes, events, 3, &count));
    EQUAL(count, 3);
    for (size_t i = 0; i < count; i++) {
        EQUAL(events[i].userdata, i + 1);
        EQUAL(events[i].type, i == 1 ? __WASI_EVENTTYPE_FD_WRITE : __WASI_EVENTTYPE_FD_READ);
    }
    return done();
}
