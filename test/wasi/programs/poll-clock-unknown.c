/* A clock that does not exist is an error, of the event or of the call. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_subscription_t wish = {.userdata = 1, .u = {.tag = __WASI_EVENTTYPE_CLOCK, .u.clock = {.id = 99, .timeout = 0, .flags = 0}}};
    __wasi_event_t event = {0};
    __wasi_size_t count = 0;
    int error = __wasi_poll_oneoff(&wish, &event, 1, &count);
    if (error == 0) {
        EQUAL(count, 1);
        error = event.error;
    }
    TRUE(error == EINVAL || error == ENOTSUP);
    return done();
}
