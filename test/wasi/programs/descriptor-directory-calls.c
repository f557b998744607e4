/* Calls for files are refused on a directory, which cannot have the rights to them. */
#include "expect.h"

int main(int argc, char **argv)
{
    static uint8_t buffer[64];
    const __wasi_iovec_t in = {buffer, sizeof buffer};
    const __wasi_ciovec_t out = {buffer, 1};
    __wasi_filesize_t position;
    __wasi_size_t size;
    __wasi_fd_t fd = OK(open("dir", O_RDONLY | O_DIRECTORY));
    RAW_EITHER(ENOTCAPABLE, EISDIR, __wasi_fd_read(fd, &in, 1, &size));
    RAW_EITHER(ENOTCAPABLE, EISDIR, __wasi_fd_pread(fd, &in, 1, 0, &size));
    RAW_EITHER(ENOTCAPABLE, EBADF, __wasi_fd_write(fd, &out, 1, &size));
    RAW_EITHER(ENOTCAPABLE, EBADF, __wasi_fd_pwrite(fd, &out, 1, 0, &size));
    RAW_EITHER(ENOTCAPABLE, EBADF, __wasi_fd_seek(fd, 1, __WASI_WHENCE_SET, &position));
    RAW_EITHER(ENOTCAPABLE, EBADF, __wasi_fd_tell(fd, &position));
    RAW_EITHER(ENOTCAPABLE, EBADF, __wasi_fd_filestat_set_size(fd, 0));
    RAW_EITHER(EBADF, ENOTCAPABLE, __wasi_fd_advise(fd, 0, 1, __WASI_ADVICE_NORMAL));
    return done();
}
