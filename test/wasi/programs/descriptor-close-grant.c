/* A granted directory can be closed; then it is gone. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_prestat_t prestat;
    __wasi_fd_t fd;
    RAW(0, __wasi_fd_close(4));
    RAW(EBADF, __wasi_fd_prestat_get(4, &prestat));
    RAW(EBADF, __wasi_path_open(4, 0, "note.txt", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
    HOLDS("/hello.txt", "Hello, file!\n");
    return done();
}
