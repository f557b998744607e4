/* The process's clock counts work done. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_timestamp_t before = 0, after = 0;
    RAW_EITHER(0, ENOTSUP, __wasi_clock_time_get(__WASI_CLOCKID_PROCESS_CPUTIME_ID, 0, &before));
    volatile unsigned work = 0;
    for (int i = 0; i < 30000000; i++)
        work += i;
    RAW_EITHER(0, ENOTSUP, __wasi_clock_time_get(__WASI_CLOCKID_PROCESS_CPUTIME_ID, 0, &after));
    TRUE(after > before);
    return done();
}
