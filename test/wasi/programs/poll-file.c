/* A file is always ready; one that is not open is an event with EBADF. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("hello.txt", O_RDONLY));
    __wasi_subscription_t wishes[2] = {
        {.userdata = 1, .u = {.tag = __WASI_EVENTTYPE_FD_READ, .u.fd_read = {.file_descriptor = fd}}},
        {.userdata = 2, .u = {.tag = __WASI_EVENTTYPE_FD_READ, .u.fd_read = {.file_descriptor = 99}}},
    };
    __wasi_event_t events[2];
    __wasi_size_t count = 0;
    RAW(0, __wasi_poll_oneoff(wishes, events, 2, &count));
    EQUAL(count, 2);
    for (size_t i = 0; i < count; i++)
        EQUAL(events[i].error, events[i].userdata == 1 ? 0 : EBADF);
    return done();
}
