/* Every call on a descriptor that is not open: EBADF. */
#include "expect.h"

int main(int argc, char **argv)
{
    static uint8_t buffer[64];
    __wasi_iovec_t in = {buffer, 1};
    __wasi_ciovec_t out = {buffer, 1};
    __wasi_size_t size;
    __wasi_filesize_t position;
    __wasi_fdstat_t fdstat;
    __wasi_filestat_t filestat;
    __wasi_prestat_t prestat;
    __wasi_fd_t opened;
    const __wasi_fd_t unknown[3] = {99, 1 << 20, 0xffffffff};
    for (int i = 0; i < 3; i++) {
        __wasi_fd_t fd = unknown[i];
        RAW(EBADF, __wasi_fd_advise(fd, 0, 1, __WASI_ADVICE_NORMAL));
        RAW(EBADF, __wasi_fd_allocate(fd, 0, 1));
        RAW(EBADF, __wasi_fd_close(fd));
        RAW(EBADF, __wasi_fd_datasync(fd));
        RAW(EBADF, __wasi_fd_fdstat_get(fd, &fdstat));
        RAW(EBADF, __wasi_fd_fdstat_set_flags(fd, 0));
        RAW(EBADF, __wasi_fd_fdstat_set_rights(fd, 0, 0));
        RAW(EBADF, __wasi_fd_filestat_get(fd, &filestat));
        RAW(EBADF, __wasi_fd_filestat_set_size(fd, 0));
        RAW(EBADF, __wasi_fd_filestat_set_times(fd, 0, 0, 0));
        RAW(EBADF, __wasi_fd_pread(fd, &in, 1, 0, &size));
        RAW(EBADF, __wasi_fd_prestat_get(fd, &prestat));
        RAW(EBADF, __wasi_fd_prestat_dir_name(fd, buffer, 1));
        RAW(EBADF, __wasi_fd_pwrite(fd, &out, 1, 0, &size));
        RAW(EBADF, __wasi_fd_read(fd, &in, 1, &size));
        RAW(EBADF, __wasi_fd_readdir(fd, buffer, sizeof buffer, 0, &size));
        RAW(EBADF, __wasi_fd_renumber(fd, 1));
        RAW(EBADF, __wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &position));
        RAW(EBADF, __wasi_fd_sync(fd));
        RAW(EBADF, __wasi_fd_tell(fd, &position));
        RAW(EBADF, __wasi_fd_write(fd, &out, 1, &size));
        RAW(EBADF, __wasi_path_create_directory(fd, "x"));
        RAW(EBADF, __wasi_path_filestat_get(fd, 0, "x", &filestat));
        RAW(EBADF, __wasi_path_filestat_set_times(fd, 0, "x", 0, 0, 0));
        RAW(EBADF, __wasi_path_link(fd, 0, "x", 3, "y"));
        RAW(EBADF, __wasi_path_link(3, 0, "x", fd, "y"));
        RAW(EBADF, __wasi_path_open(fd, 0, "x", 0, 0, 0, 0, &opened));
        RAW(EBADF, __wasi_path_readlink(fd, "x", buffer, sizeof buffer, &size));
        RAW(EBADF, __wasi_path_remove_directory(fd, "x"));
        RAW(EBADF, __wasi_path_rename(fd, "x", 3, "y"));
        RAW(EBADF, __wasi_path_rename(3, "hello.txt", fd, "y"));
        RAW(EBADF, __wasi_path_symlink("x", fd, "y"));
        RAW(EBADF, __wasi_path_unlink_file(fd, "x"));
    }
    return done();
}
