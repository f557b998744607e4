/* The process's clock counts the time it works, in steps of up to a scheduler's tick. */
#include "expect.h"

static __wasi_timestamp_t now(__wasi_clockid_t clock)
{
    __wasi_timestamp_t time = 0;
    RAW(0, __wasi_clock_time_get(clock, 0, &time));
    return time;
}

int main(int argc, char **argv)
{
    __wasi_timestamp_t begin = now(__WASI_CLOCKID_PROCESS_CPUTIME_ID), start = now(__WASI_CLOCKID_MONOTONIC);
    while (now(__WASI_CLOCKID_PROCESS_CPUTIME_ID) <= begin && now(__WASI_CLOCKID_MONOTONIC) - start < 10000000000ull)
        ;
    TRUE(now(__WASI_CLOCKID_PROCESS_CPUTIME_ID) > begin);
    return done();
}
