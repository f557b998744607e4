/* poll_oneoff without subscriptions: EINVAL. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_subscription_t wish;
    __wasi_event_t event;
    __wasi_size_t count;
    RAW(EINVAL, __wasi_poll_oneoff(&wish, &event, 0, &count));
    return done();
}
