/* fd_fdstat_set_flags: appending can be switched on and off. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_fdstat_t status;
    int fd = OK(open("hello.txt", O_RDWR));
    RAW(0, __wasi_fd_fdstat_set_flags(fd, __WASI_FDFLAGS_APPEND));
    EQUAL(write(fd, "end\n", 4), 4);
    RAW(0, __wasi_fd_fdstat_get(fd, &status));
    EQUAL(status.fs_flags, __WASI_FDFLAGS_APPEND);
    RAW(0, __wasi_fd_fdstat_set_flags(fd, 0));
    OK(lseek(fd, 0, SEEK_SET));
    EQUAL(write(fd, "J", 1), 1);
    HOLDS("hello.txt", "Jello, file!\nend\n");
    RAW(EINVAL, __wasi_fd_fdstat_set_flags(fd, 1 << 5));
    /* Only opening a file makes its writing synchronized. */
    RAW(ENOTSUP, __wasi_fd_fdstat_set_flags(fd, __WASI_FDFLAGS_SYNC));
    RAW(ENOTSUP, __wasi_fd_fdstat_set_flags(fd, __WASI_FDFLAGS_DSYNC));
    RAW(ENOTSUP, __wasi_fd_fdstat_set_flags(fd, __WASI_FDFLAGS_RSYNC));
    return done();
}
