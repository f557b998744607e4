/* A path that starts from a file is ENOTDIR, and so is the listing of one. */
#include "expect.h"

int main(int argc, char **argv)
{
    static uint8_t buffer[64];
    __wasi_filestat_t status;
    __wasi_size_t size;
    __wasi_fd_t opened, file = OK(open("hello.txt", O_RDONLY));
    __wasi_fd_t starts[] = {file, 0};
    for (int i = 0; i < 2; i++) {
        __wasi_fd_t fd = starts[i];
        RAW(ENOTDIR, __wasi_fd_readdir(fd, buffer, sizeof buffer, 0, &size));
        RAW(ENOTDIR, __wasi_path_create_directory(fd, "x"));
        RAW(ENOTDIR, __wasi_path_filestat_get(fd, 0, "x", &status));
        RAW(ENOTDIR, __wasi_path_filestat_set_times(fd, 0, "x", 1, 1, __WASI_FSTFLAGS_MTIM));
        RAW(ENOTDIR, __wasi_path_link(fd, 0, "x", 3, "y"));
        RAW(ENOTDIR, __wasi_path_link(3, 0, "hello.txt", fd, "y"));
        RAW(ENOTDIR, __wasi_path_open(fd, 0, "x", 0, __WASI_RIGHTS_FD_READ, 0, 0, &opened));
        RAW(ENOTDIR, __wasi_path_readlink(fd, "x", buffer, sizeof buffer, &size));
        RAW(ENOTDIR, __wasi_path_remove_directory(fd, "x"));
        RAW(ENOTDIR, __wasi_path_rename(fd, "x", 3, "y"));
        RAW(ENOTDIR, __wasi_path_rename(3, "hello.txt", fd, "y"));
        RAW(ENOTDIR, __wasi_path_symlink("x", fd, "y"));
        RAW(ENOTDIR, __wasi_path_unlink_file(fd, "x"));
    }
    RAW(EBADF, __wasi_fd_prestat_get(file, (__wasi_prestat_t *)buffer));
    RAW(EBADF, __wasi_fd_prestat_dir_name(file, buffer, sizeof buffer));
    HOLDS("hello.txt", "Hello, file!\n");
    return done();
}
