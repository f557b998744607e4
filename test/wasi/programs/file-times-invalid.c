/* A time and the present together, or an unknown flag: EINVAL, and nothing is set. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_filestat_t before, after;
    int fd = OK(open("hello.txt", O_RDWR));
    const __wasi_fstflags_t accessed = __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_ATIM_NOW;
    const __wasi_fstflags_t modified = __WASI_FSTFLAGS_MTIM | __WASI_FSTFLAGS_MTIM_NOW;
    RAW(0, __wasi_fd_filestat_get(fd, &before));
    RAW(EINVAL, __wasi_fd_filestat_set_times(fd, 1, 1, accessed));
    RAW(EINVAL, __wasi_fd_filestat_set_times(fd, 1, 1, modified));
    RAW(EINVAL, __wasi_fd_filestat_set_times(fd, 1, 1, __WASI_FSTFLAGS_MTIM | 1 << 4));
    RAW(EINVAL, __wasi_path_filestat_set_times(3, 0, "hello.txt", 1, 1, accessed));
    RAW(EINVAL, __wasi_path_filestat_set_times(3, 0, "hello.txt", 1, 1, modified));
    RAW(0, __wasi_fd_filestat_get(fd, &after));
    EQUAL(after.mtim, before.mtim);
    return done();
}
