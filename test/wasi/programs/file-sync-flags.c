/* A file can be opened for synchronized writing. */
#include "expect.h"

int main(int argc, char **argv)
{
    static const __wasi_fdflags_t flags[] = {__WASI_FDFLAGS_SYNC, __WASI_FDFLAGS_DSYNC, __WASI_FDFLAGS_RSYNC | __WASI_FDFLAGS_SYNC};
    __wasi_fd_t fd;
    for (int i = 0; i < 3; i++) {
        RAW(0, __wasi_path_open(3, 0, "synced", __WASI_OFLAGS_CREAT, __WASI_RIGHTS_FD_WRITE, 0, flags[i], &fd));
        EQUAL(write(fd, "text", 4), 4);
        OK(close(fd));
        HOLDS("synced", "text");
    }
    return done();
}
