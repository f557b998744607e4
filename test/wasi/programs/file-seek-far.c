/* Beyond the end of a file nothing is read; a position before its start is EINVAL and changes nothing. */
#include "expect.h"

int main(int argc, char **argv)
{
    char byte = '?';
    int fd = OK(open("hello.txt", O_RDWR));
    EQUAL(lseek(fd, 1ll << 40, SEEK_SET), 1ll << 40);
    EQUAL(read(fd, &byte, 1), 0);
    FAILS(EINVAL, lseek(fd, -(1ll << 40) - 1, SEEK_CUR));
    FAILS(EINVAL, lseek(fd, -14, SEEK_END));
    EQUAL(lseek(fd, 0, SEEK_CUR), 1ll << 40);
    EQUAL(lseek(fd, -13, SEEK_END), 0);
    EQUAL(pread(fd, &byte, 1, 1ll << 40), 0);
    FAILS(EINVAL, pread(fd, &byte, 1, -1));
    FAILS(EINVAL, pwrite(fd, &byte, 1, -1));
    return done();
}
