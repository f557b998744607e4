/* A time can be set to the present: neither older than a moment before the call nor newer than one after. */
#include "expect.h"
#include <time.h>

int main(int argc, char **argv)
{
    struct timespec old[2] = {{1000000000, 0}, {1000000000, 0}}, now;
    __wasi_filestat_t status;
    OK(utimensat(AT_FDCWD, "hello.txt", old, 0));
    int fd = OK(open("hello.txt", O_RDWR));
    OK(clock_gettime(CLOCK_REALTIME, &now));
    RAW(0, __wasi_fd_filestat_set_times(fd, 5, 5, __WASI_FSTFLAGS_MTIM_NOW));
    RAW(0, __wasi_fd_filestat_get(fd, &status));
    long long modified = status.mtim / 1000000000;
    TRUE(modified >= now.tv_sec - 2 && modified <= now.tv_sec + 60);
    RAW(0, __wasi_path_filestat_set_times(3, 0, "hello.txt", 0, 7000000000, __WASI_FSTFLAGS_ATIM_NOW | __WASI_FSTFLAGS_MTIM));
    RAW(0, __wasi_fd_filestat_get(fd, &status));
    EQUAL(status.mtim, 7000000000);
    long long accessed = status.atim / 1000000000;
    TRUE(accessed >= now.tv_sec - 2 && accessed <= now.tv_sec + 60);
    return done();
}
