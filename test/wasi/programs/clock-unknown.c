/* A clock that is not there: EINVAL. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_timestamp_t time;
    RAW(EINVAL, __wasi_clock_time_get((__wasi_clockid_t){77}, 0, &time));
    RAW(EINVAL, __wasi_clock_res_get((__wasi_clockid_t){77}, &time));
    return done();
}
