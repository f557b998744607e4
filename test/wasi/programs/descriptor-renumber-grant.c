/* A granted directory can be moved to another number, and replaced by a directory that is none. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_prestat_t prestat;
    __wasi_fd_t fd;
    int dir = OK(open("/dir", O_RDONLY | O_DIRECTORY));
    RAW(EBADF, __wasi_fd_prestat_get(dir, &prestat));
    RAW(0, __wasi_fd_renumber(4, dir));
    RAW(EBADF, __wasi_fd_prestat_get(4, &prestat));
    RAW(0, __wasi_path_open(dir, 0, "note.txt", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
    RAW(0, __wasi_fd_renumber(fd, 3));
    RAW(ENOTDIR, __wasi_path_open(3, 0, "hello.txt", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
    return done();
}
