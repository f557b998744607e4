/* Lookup flags that do not exist are EINVAL. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_filestat_t status;
    __wasi_fd_t fd;
    RAW(EINVAL, __wasi_path_open(3, 2, "hello.txt", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
    RAW(EINVAL, __wasi_path_filestat_get(3, 2, "hello.txt", &status));
    RAW(EINVAL, __wasi_path_filestat_set_times(3, 0x80000000, "hello.txt", 1, 1, __WASI_FSTFLAGS_MTIM));
    RAW(EINVAL, __wasi_path_link(3, 3, "hello.txt", 3, "linked"));
    FAILS(ENOENT, access("linked", F_OK));
    return done();
}
