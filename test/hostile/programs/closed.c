/* Every standard stream is closed on the host's side: calls answer EBADF, and what is opened afterwards is not taken for one
 * of them.
 */
#include "expect.h"

int main(int argc, char **argv)
{
    char byte = 'x';
    __wasi_fdstat_t status;
    __wasi_filestat_t file;
    int log = open("log", O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (log < 3)
        return 2;
    FAILS(EBADF, read(0, &byte, 1));
    FAILS(EBADF, write(1, &byte, 1));
    FAILS(EBADF, write(2, &byte, 1));
    FAILS(EBADF, fsync(1));
    for (int i = 0; i < 3; i++) {
        RAW(0, __wasi_fd_fdstat_get(i, &status));
        EQUAL(status.fs_filetype, __WASI_FILETYPE_UNKNOWN);
        RAW(EBADF, __wasi_fd_filestat_get(i, &file));
    }
    fflush(stdout);
    EQUAL(write(log, "alive", 5), 5);
    return done();
}
