/* Scattered reads and gathered writes, positioned too, on a file. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("parts", O_RDWR | O_CREAT, 0666));
    __wasi_ciovec_t out[3] = {{(const uint8_t *)"abc", 3}, {NULL, 0}, {(const uint8_t *)"defg", 4}};
    __wasi_size_t size = 0;
    RAW(0, __wasi_fd_write(fd, out, 3, &size));
    EQUAL(size, 7);
    RAW(0, __wasi_fd_pwrite(fd, out, 3, 5, &size));
    EQUAL(size, 7);
    HOLDS("parts", "abcdeabcdefg");
    uint8_t first[2], second[9];
    __wasi_iovec_t in[2] = {{first, 2}, {second, 9}};
    RAW(0, __wasi_fd_pread(fd, in, 2, 4, &size));
    EQUAL(size, 8);
    EQUAL(memcmp(first, "ea", 2), 0);
    EQUAL(memcmp(second, "bcdefg", 6), 0);
    RAW(0, __wasi_fd_read(fd, in, 2, &size));
    EQUAL(size, 5);
    return done();
}
