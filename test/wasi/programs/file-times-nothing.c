/* Without flags no time changes; of what is not there it is still ENOENT. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_filestat_t before, after;
    RAW(0, __wasi_path_filestat_get(3, 0, "hello.txt", &before));
    RAW(0, __wasi_path_filestat_set_times(3, 0, "hello.txt", 1, 1, 0));
    RAW(0, __wasi_path_filestat_get(3, 0, "hello.txt", &after));
    EQUAL(after.mtim, before.mtim);
    RAW(ENOENT, __wasi_path_filestat_set_times(3, 0, "missing", 1, 1, 0));
    RAW(ENOENT, __wasi_path_filestat_set_times(3, 0, "missing", 1, 1, __WASI_FSTFLAGS_MTIM));
    return done();
}
