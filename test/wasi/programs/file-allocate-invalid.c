/* fd_allocate: nothing to allocate is EINVAL, too much EFBIG; directories and streams have no right to it. */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat status;
    int fd = OK(open("hello.txt", O_RDWR)), dir = OK(open("dir", O_RDONLY | O_DIRECTORY));
    RAW(EINVAL, __wasi_fd_allocate(fd, 0, 0));
    RAW_EITHER(EFBIG, EINVAL, __wasi_fd_allocate(fd, 0x7fffffffffffffff, 2));
    RAW_EITHER(EINVAL, EFBIG, __wasi_fd_allocate(fd, 1ull << 63, 1));
    RAW_EITHER(EINVAL, EFBIG, __wasi_fd_allocate(fd, 1, ~0ull));
    RAW_EITHER(ENOTCAPABLE, EBADF, __wasi_fd_allocate(dir, 0, 1));
    OK(fstat(fd, &status));
    EQUAL(status.st_size, 13);
    return done();
}
