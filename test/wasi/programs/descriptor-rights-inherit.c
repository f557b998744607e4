/* A directory passes on no more rights than it inherits to others; asking for more is ENOTCAPABLE. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_fdstat_t status;
    __wasi_fd_t dir, fd;
    const __wasi_rights_t reading = __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_SEEK;
    RAW(0, __wasi_path_open(3, 0, "dir", __WASI_OFLAGS_DIRECTORY, __WASI_RIGHTS_PATH_OPEN, reading, 0, &dir));
    RAW(0, __wasi_fd_fdstat_get(dir, &status));
    EQUAL(status.fs_rights_base, __WASI_RIGHTS_PATH_OPEN);
    EQUAL(status.fs_rights_inheriting, reading);
    RAW(0, __wasi_path_open(dir, 0, "a.txt", 0, reading, 0, 0, &fd));
    RAW(ENOTCAPABLE, __wasi_path_open(dir, 0, "a.txt", 0, reading | __WASI_RIGHTS_FD_WRITE, 0, 0, &fd));
    RAW(ENOTCAPABLE, __wasi_path_open(dir, 0, "a.txt", __WASI_OFLAGS_TRUNC, reading, 0, 0, &fd));
    RAW(ENOTCAPABLE, __wasi_path_open(dir, 0, "new", __WASI_OFLAGS_CREAT, reading, 0, 0, &fd));
    RAW(ENOTCAPABLE, __wasi_path_unlink_file(dir, "a.txt"));
    HOLDS("dir/a.txt", "a\n");
    return done();
}
