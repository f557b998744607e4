/* Setting times: given ones and now, by path and by descriptor. */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat status;
    struct timespec times[2] = {{1000000000, 123456700}, {1100000000, 0}};
    OK(utimensat(AT_FDCWD, "hello.txt", times, 0));
    OK(stat("hello.txt", &status));
    EQUAL(status.st_atim.tv_sec, 1000000000);
    EQUAL(status.st_atim.tv_nsec, 123456700);
    EQUAL(status.st_mtim.tv_sec, 1100000000);
    times[1] = (struct timespec){1200000000, 0};
    int fd = OK(open("hello.txt", O_RDWR));
    OK(futimens(fd, times));
    OK(fstat(fd, &status));
    EQUAL(status.st_mtim.tv_sec, 1200000000);
    OK(futimens(fd, NULL));
    OK(fstat(fd, &status));
    TRUE(status.st_mtim.tv_sec > 1700000000);
    RAW(EINVAL, __wasi_fd_filestat_set_times(fd, 0, 0, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_ATIM_NOW));
    return done();
}
