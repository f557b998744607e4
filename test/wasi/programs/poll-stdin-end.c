/* At the end of standard input a read would not block, so poll_oneoff reports it. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_subscription_t wish = {.userdata = 1, .u = {.tag = __WASI_EVENTTYPE_FD_READ, .u.fd_read = {.file_descriptor = 0}}};
    __wasi_event_t event;
    __wasi_size_t count = 0;
    RAW(0, __wasi_poll_oneoff(&wish, &event, 1, &count));
    EQUAL(count, 1);
    EQUAL(event.userdata, 1);
    return done();
}
