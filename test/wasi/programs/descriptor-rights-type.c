/* A directory has no rights of a file, a file none of a directory. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_fdstat_t status;
    int file = OK(open("hello.txt", O_RDWR)), dir = OK(open("dir", O_RDONLY | O_DIRECTORY));
    RAW(0, __wasi_fd_fdstat_get(dir, &status));
    EQUAL(status.fs_rights_base & (__WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE | __WASI_RIGHTS_FD_SEEK), 0);
    RAW(0, __wasi_fd_fdstat_get(file, &status));
    EQUAL(status.fs_rights_base & (__WASI_RIGHTS_PATH_OPEN | __WASI_RIGHTS_FD_READDIR), 0);
    EQUAL(status.fs_rights_inheriting, 0);
    return done();
}
