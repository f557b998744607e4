/* nanosleep waits at least as long as asked. */
#include "expect.h"
#include <time.h>

int main(int argc, char **argv)
{
    struct timespec before, after, wait = {0, 30000000};
    clock_gettime(CLOCK_MONOTONIC, &before);
    OK(nanosleep(&wait, NULL));
    clock_gettime(CLOCK_MONOTONIC, &after);
    long long waited = (after.tv_sec - before.tv_sec) * 1000000000ll + after.tv_nsec - before.tv_nsec;
    TRUE(waited >= 29000000);
    TRUE(waited < 5000000000ll);
    return done();
}
