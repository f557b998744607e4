/* A file opened with the right to read alone cannot be written, sought, or resized. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_fd_t fd;
    __wasi_filesize_t position;
    char buffer[4];
    RAW(0, __wasi_path_open(3, 0, "hello.txt", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
    EQUAL(read(fd, buffer, 4), 4);
    FAILS_EITHER(ENOTCAPABLE, EBADF, write(fd, "x", 1));
    RAW(ENOTCAPABLE, __wasi_fd_seek(fd, 1, __WASI_WHENCE_SET, &position));
    RAW(ENOTCAPABLE, __wasi_fd_tell(fd, &position));
    RAW(ENOTCAPABLE, __wasi_fd_filestat_set_size(fd, 0));
    RAW(ENOTCAPABLE, __wasi_fd_sync(fd));
    HOLDS("hello.txt", "Hello, file!\n");
    return done();
}
