/* Opening what is not there: ENOENT, for the file and for a directory on the way. */
#include "expect.h"

int main(int argc, char **argv)
{
    FAILS(ENOENT, open("missing", O_RDONLY));
    FAILS(ENOENT, open("missing", O_RDWR));
    FAILS(ENOENT, open("missing/file", O_RDONLY | O_CREAT, 0666));
    FAILS(ENOENT, open("dir/missing/file", O_RDONLY));
    __wasi_fd_t fd;
    RAW(ENOENT, __wasi_path_open(3, 0, "", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
    struct stat status;
    FAILS(ENOENT, stat("missing", &status));
    FAILS(ENOENT, unlink("missing"));
    FAILS(ENOENT, rmdir("missing"));
    return done();
}
