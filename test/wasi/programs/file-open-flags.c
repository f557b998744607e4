/* Flags of path_open that do not exist or do not go together: EINVAL. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_fd_t fd;
    RAW(EINVAL, __wasi_path_open(3, 0, "hello.txt", 1 << 4, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
    RAW(EINVAL, __wasi_path_open(3, 0, "hello.txt", 0, __WASI_RIGHTS_FD_READ, 0, 1 << 5, &fd));
    RAW(EINVAL, __wasi_path_open(3, 0, "new", __WASI_OFLAGS_CREAT | __WASI_OFLAGS_DIRECTORY, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
    FAILS(ENOENT, open("new", O_RDONLY));
    return done();
}
