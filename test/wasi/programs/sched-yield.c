/* Giving up the processor works. */
#include "expect.h"

int main(int argc, char **argv)
{
    RAW(0, __wasi_sched_yield());
    return done();
}
