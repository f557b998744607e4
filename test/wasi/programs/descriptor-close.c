/* A closed descriptor is EBADF in every call; closing twice as well. */
#include "expect.h"

int main(int argc, char **argv)
{
    char byte;
    int fd = OK(open("hello.txt", O_RDONLY));
    OK(close(fd));
    FAILS(EBADF, close(fd));
    FAILS(EBADF, read(fd, &byte, 1));
    FAILS(EBADF, lseek(fd, 0, SEEK_SET));
    OK(close(0));
    FAILS(EBADF, read(0, &byte, 1));
    return done();
}
