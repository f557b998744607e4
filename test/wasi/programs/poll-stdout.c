/* Standard output takes a write at once. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_subscription_t wish = {.userdata = 5, .u = {.tag = __WASI_EVENTTYPE_FD_WRITE, .u.fd_write = {.file_descriptor = 1}}};
    __wasi_event_t event;
    __wasi_size_t count = 0;
    RAW(0, __wasi_poll_oneoff(&wish, &event, 1, &count));
    EQUAL(count, 1);
    EQUAL(event.userdata, 5);
    EQUAL(event.type, __WASI_EVENTTYPE_FD_WRITE);
    return done();
}
