/* The granted directories are 3 and 4, whatever the program does before it asks for them.
 * grants: own
 */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_prestat_t prestat;
    __wasi_fd_t fd;
    RAW(0, __wasi_fd_close(0));
    RAW(0, __wasi_fd_prestat_get(3, &prestat));
    RAW(0, __wasi_fd_prestat_get(4, &prestat));
    RAW(EBADF, __wasi_fd_prestat_get(0, &prestat));
    RAW(0, __wasi_path_open(3, 0, "hello.txt", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
    EQUAL(fd, 0);
    return done();
}
