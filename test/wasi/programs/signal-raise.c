/* A signal that would end a program ends it with 128 and its number; others are ignored or refused.
 * exit: 143
 */
#include "expect.h"

/* wasi-libc has dropped the call; the numbers are the specification's. */
enum { SIGNAL_NONE = 0, SIGNAL_TERM = 15, SIGNAL_CHLD = 16 };

int main(int argc, char **argv)
{
    extern int32_t raise_raw(int32_t) __attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_raise")));
    RAW(0, raise_raw(SIGNAL_NONE));
    RAW(0, raise_raw(SIGNAL_CHLD));
    RAW(EINVAL, raise_raw(200));
    RAW(0, raise_raw(SIGNAL_TERM));
    return done();
}
