/* fd_renumber of a descriptor onto itself leaves it open. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("hello.txt", O_RDONLY));
    RAW(0, __wasi_fd_renumber(fd, fd));
    char byte;
    EQUAL(read(fd, &byte, 1), 1);
    EQUAL(byte, 'H');
    return done();
}
