/* The process's clock counts work done, in steps of up to a scheduler's tick. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_timestamp_t before = 0, after = 0;
    RAW(0, __wasi_clock_time_get(__WASI_CLOCKID_PROCESS_CPUTIME_ID, 0, &before));
    volatile unsigned work = 0;
    for (int round = 0; round < 1000 && after <= before; round++) {
        for (int i = 0; i < 3000000; i++)
            work += i;
        RAW(0, __wasi_clock_time_get(__WASI_CLOCKID_PROCESS_CPUTIME_ID, 0, &after));
    }
    TRUE(after > before);
    return done();
}
