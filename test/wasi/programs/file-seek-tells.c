/* fd_seek by nothing from the current position needs the right to tell alone. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_fd_t fd;
    __wasi_filesize_t position = 9;
    RAW(0, __wasi_path_open(3, 0, "hello.txt", 0, __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_TELL, 0, 0, &fd));
    RAW(0, __wasi_fd_seek(fd, 0, __WASI_WHENCE_CUR, &position));
    EQUAL(position, 0);
    RAW(0, __wasi_fd_tell(fd, &position));
    RAW(ENOTCAPABLE, __wasi_fd_seek(fd, 1, __WASI_WHENCE_CUR, &position));
    return done();
}
