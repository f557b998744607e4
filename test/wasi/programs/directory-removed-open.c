/* A directory that is removed while it is open has no entries, and nothing can be made in it.
 * needs: posix-unlink
 */
#include "expect.h"

int main(int argc, char **argv)
{
    static uint8_t buffer[300];
    __wasi_size_t used = 9;
    __wasi_fd_t fd;
    int dir = OK(open("empty", O_RDONLY | O_DIRECTORY));
    OK(rmdir("empty"));
    RAW(0, __wasi_fd_readdir(dir, buffer, sizeof buffer, 0, &used));
    EQUAL(used, 0);
    RAW(ENOENT, __wasi_path_open(dir, 0, "new", __WASI_OFLAGS_CREAT, __WASI_RIGHTS_FD_WRITE, 0, 0, &fd));
    RAW(ENOENT, __wasi_path_create_directory(dir, "new"));
    return done();
}
