/* fd_allocate grows a file to offset + length, and never shrinks it. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("hello.txt", O_RDWR));
    struct stat status;
    RAW(0, __wasi_fd_allocate(fd, 0, 5));
    OK(fstat(fd, &status));
    EQUAL(status.st_size, 13);
    RAW(0, __wasi_fd_allocate(fd, 10, 100));
    OK(fstat(fd, &status));
    EQUAL(status.st_size, 110);
    char bytes[2] = "??";
    EQUAL(pread(fd, bytes, 2, 100), 2);
    EQUAL(memcmp(bytes, "\0\0", 2), 0);
    return done();
}
