/* An unknown way of seeking: EINVAL. fd_tell answers the position. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("data.bin", O_RDONLY));
    __wasi_filesize_t position = 0;
    RAW(EINVAL, __wasi_fd_seek(fd, 0, (__wasi_whence_t){9}, &position));
    RAW(0, __wasi_fd_seek(fd, 7, __WASI_WHENCE_SET, &position));
    EQUAL(position, 7);
    position = 0;
    RAW(0, __wasi_fd_tell(fd, &position));
    EQUAL(position, 7);
    return done();
}
