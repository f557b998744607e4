/* The wall clock is after 2024 and before 2100, and time() agrees with it. */
#include "expect.h"
#include <time.h>

int main(int argc, char **argv)
{
    __wasi_timestamp_t now = 0;
    RAW(0, __wasi_clock_time_get(__WASI_CLOCKID_REALTIME, 1, &now));
    TRUE(now > 1704067200ull * 1000000000 && now < 4102444800ull * 1000000000);
    long long difference = (long long)time(NULL) - (long long)(now / 1000000000);
    TRUE(difference >= 0 && difference <= 2);
    return done();
}
