/* fd_readdir on a file: ENOTDIR (or EBADF, or ENOTCAPABLE for want of the right). */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("hello.txt", O_RDONLY));
    uint8_t buffer[64];
    __wasi_size_t used;
    int error = __wasi_fd_readdir(fd, buffer, sizeof buffer, 0, &used);
    TRUE(error == ENOTDIR || error == EBADF || error == ENOTCAPABLE);
    RAW(EBADF, __wasi_fd_readdir(99, buffer, sizeof buffer, 0, &used));
    return done();
}
