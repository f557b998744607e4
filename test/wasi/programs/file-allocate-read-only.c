/* fd_allocate needs a descriptor that can be written. */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat status;
    int fd = OK(open("hello.txt", O_RDONLY));
    RAW_EITHER(ENOTCAPABLE, EBADF, __wasi_fd_allocate(fd, 0, 100));
    OK(fstat(fd, &status));
    EQUAL(status.st_size, 13);
    return done();
}
