/* Append mode is switched on and off with fd_fdstat_set_flags, and fd_fdstat_get shows it. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("hello.txt", O_RDWR));
    __wasi_fdstat_t status;
    RAW(0, __wasi_fd_fdstat_get(fd, &status));
    EQUAL(status.fs_flags & __WASI_FDFLAGS_APPEND, 0);
    RAW(0, __wasi_fd_fdstat_set_flags(fd, __WASI_FDFLAGS_APPEND));
    RAW(0, __wasi_fd_fdstat_get(fd, &status));
    EQUAL(status.fs_flags & __WASI_FDFLAGS_APPEND, __WASI_FDFLAGS_APPEND);
    EQUAL(lseek(fd, 0, SEEK_SET), 0);
    EQUAL(write(fd, "end", 3), 3);
    RAW(0, __wasi_fd_fdstat_set_flags(fd, 0));
    EQUAL(lseek(fd, 0, SEEK_SET), 0);
    EQUAL(write(fd, "J", 1), 1);
    HOLDS("hello.txt", "Jello, file!\nend");
    return done();
}
