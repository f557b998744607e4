/* A regular file opened with NONBLOCK is read and written as any other, and the flag shows. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_fdstat_t status;
    char buffer[16];
    int fd = OK(open("hello.txt", O_RDWR | O_NONBLOCK));
    RAW(0, __wasi_fd_fdstat_get(fd, &status));
    EQUAL(status.fs_flags & __WASI_FDFLAGS_NONBLOCK, __WASI_FDFLAGS_NONBLOCK);
    EQUAL(read(fd, buffer, sizeof buffer), 13);
    EQUAL(read(fd, buffer, sizeof buffer), 0);
    EQUAL(write(fd, "more\n", 5), 5);
    RAW(0, __wasi_fd_fdstat_set_flags(fd, 0));
    HOLDS("hello.txt", "Hello, file!\nmore\n");
    return done();
}
