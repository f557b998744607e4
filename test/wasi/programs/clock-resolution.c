/* Each clock's resolution is positive and at most 20 ms. */
#include "expect.h"

int main(int argc, char **argv)
{
    for (unsigned clock = 0; clock < 2; clock++) {
        __wasi_timestamp_t resolution = 0;
        RAW(0, __wasi_clock_res_get((__wasi_clockid_t){clock}, &resolution));
        TRUE(resolution > 0 && resolution <= 20000000);
    }
    return done();
}
