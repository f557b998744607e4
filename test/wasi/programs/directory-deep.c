/* Two hundred directories in one another, made, entered and removed one at a time. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fds[201];
    fds[0] = 3;
    __wasi_fd_t fd;
    for (int i = 0; i < 200; i++) {
        RAW(0, __wasi_path_create_directory(fds[i], "deeper"));
        RAW(0, __wasi_path_open(fds[i], 0, "deeper", __WASI_OFLAGS_DIRECTORY, ~0ull >> 36, ~0ull >> 36, 0, &fd));
        fds[i + 1] = fd;
    }
    RAW(0, __wasi_path_open(fds[200], 0, "file", __WASI_OFLAGS_CREAT, __WASI_RIGHTS_FD_WRITE, 0, 0, &fd));
    OK(close(fd));
    RAW(0, __wasi_path_unlink_file(fds[200], "file"));
    for (int i = 200; i > 0; i--) {
        OK(close(fds[i]));
        RAW(0, __wasi_path_remove_directory(fds[i - 1], "deeper"));
    }
    return done();
}
