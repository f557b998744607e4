/* fsync and fdatasync on a file. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("hello.txt", O_RDWR));
    EQUAL(write(fd, "x", 1), 1);
    OK(fsync(fd));
    OK(fdatasync(fd));
    FAILS(EBADF, fsync(99));
    return done();
}
