/* Reading and writing nothing: no vectors, or empty ones. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_size_t size = 7;
    char byte;
    __wasi_iovec_t in[2] = {{(uint8_t *)&byte, 0}, {0, 0}};
    __wasi_ciovec_t out[2] = {{(const uint8_t *)&byte, 0}, {0, 0}};
    int fd = OK(open("hello.txt", O_RDWR));
    RAW(0, __wasi_fd_read(fd, in, 0, &size));
    EQUAL(size, 0);
    RAW(0, __wasi_fd_read(fd, in, 2, &size));
    EQUAL(size, 0);
    RAW(0, __wasi_fd_write(fd, out, 2, &size));
    EQUAL(size, 0);
    RAW(0, __wasi_fd_write(fd, out, 0, &size));
    EQUAL(size, 0);
    HOLDS("hello.txt", "Hello, file!\n");
    return done();
}
