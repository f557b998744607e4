/* A signal that would end a program ends it with 128 and its number; others are ignored or refused.
 * exit: 143
 */
#include "expect.h"

/* wasi-libc has dropped the call; the numbers are the specification's. */
enum { SIGNAL_NONE = 0, SIGNAL_TERM = 15, SIGNAL_CHLD = 16, SIGNAL_STOP = 18, SIGNAL_TTOU = 21 };

int main(int argc, char **argv)
{
    extern int32_t raise_raw(int32_t) __attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_raise")));
    RAW(0, raise_raw(SIGNAL_NONE));
    RAW(0, raise_raw(SIGNAL_CHLD));
    RAW(EINVAL, raise_raw(200));
    RAW(EINVAL, raise_raw(31));
    RAW(EINVAL, raise_raw(-1));
    /* A program that stopped itself would not be woken again. */
    RAW(ENOTSUP, raise_raw(SIGNAL_STOP));
    RAW(ENOTSUP, raise_raw(SIGNAL_TTOU));
    RAW(0, raise_raw(SIGNAL_TERM));
    return done();
}
