/* A buffer smaller than an entry is filled with its beginning. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("dir", O_RDONLY | O_DIRECTORY));
    uint8_t buffer[16];
    __wasi_size_t used = 0;
    RAW(0, __wasi_fd_readdir(fd, buffer, 10, 0, &used));
    EQUAL(used, 10);
    RAW(0, __wasi_fd_readdir(fd, buffer, 0, 0, &used));
    EQUAL(used, 0);
    return done();
}
