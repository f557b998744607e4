/* Rights can be given up, after which the call is ENOTCAPABLE, and not be taken back. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("hello.txt", O_RDWR));
    __wasi_fdstat_t status;
    RAW(0, __wasi_fd_fdstat_get(fd, &status));
    EQUAL(status.fs_filetype, __WASI_FILETYPE_REGULAR_FILE);
    TRUE(status.fs_rights_base & __WASI_RIGHTS_FD_WRITE);
    __wasi_rights_t fewer = status.fs_rights_base & ~__WASI_RIGHTS_FD_WRITE;
    RAW(0, __wasi_fd_fdstat_set_rights(fd, fewer, 0));
    RAW(0, __wasi_fd_fdstat_get(fd, &status));
    EQUAL(status.fs_rights_base, fewer);
    FAILS_EITHER(ENOTCAPABLE, EBADF, write(fd, "x", 1));
    RAW(ENOTCAPABLE, __wasi_fd_fdstat_set_rights(fd, fewer | __WASI_RIGHTS_FD_WRITE, 0));
    char byte;
    EQUAL(read(fd, &byte, 1), 1);
    return done();
}
