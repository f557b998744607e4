/* The standard streams, here pipes, have a file type that is neither file nor directory. */
#include "expect.h"

int main(int argc, char **argv)
{
    for (int fd = 0; fd < 3; fd++) {
        __wasi_filestat_t status;
        __wasi_fdstat_t flags;
        RAW(0, __wasi_fd_filestat_get(fd, &status));
        RAW(0, __wasi_fd_fdstat_get(fd, &flags));
        TRUE(flags.fs_filetype != __WASI_FILETYPE_REGULAR_FILE && flags.fs_filetype != __WASI_FILETYPE_DIRECTORY);
        EQUAL(isatty(fd), 0);
    }
    return done();
}
