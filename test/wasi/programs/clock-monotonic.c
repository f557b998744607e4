/* The monotonic clock never goes back and does go on. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_timestamp_t first = 0, last, now;
    RAW(0, __wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, &first));
    last = first;
    do {
        RAW(0, __wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, &now));
        TRUE(now >= last);
        last = now;
    } while (now - first < 3000000 && failures == 0);
    return done();
}
