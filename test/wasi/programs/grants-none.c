/* Without a grant no file is reachable, and descriptors end at 2.
 * grants: none
 */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_prestat_t prestat;
    RAW(EBADF, __wasi_fd_prestat_get(3, &prestat));
    TRUE(open("/etc/passwd", O_RDONLY) < 0);
    TRUE(open("hello.txt", O_RDONLY) < 0);
    TRUE(mkdir("/new", 0777) < 0);
    __wasi_fd_t fd;
    RAW(EBADF, __wasi_path_open(3, 0, "hello.txt", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
    return done();
}
