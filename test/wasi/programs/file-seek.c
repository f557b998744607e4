/* Seeking from the start, the position and the end; beyond the end is fine, before the start EINVAL. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("data.bin", O_RDONLY));
    unsigned char byte;
    EQUAL(lseek(fd, 100, SEEK_SET), 100);
    EQUAL(read(fd, &byte, 1), 1);
    EQUAL(byte, 100);
    EQUAL(lseek(fd, 9, SEEK_CUR), 110);
    EQUAL(lseek(fd, -10, SEEK_CUR), 100);
    EQUAL(lseek(fd, -1, SEEK_END), 255);
    EQUAL(read(fd, &byte, 1), 1);
    EQUAL(byte, 255);
    EQUAL(lseek(fd, 1000, SEEK_END), 1256);
    EQUAL(read(fd, &byte, 1), 0);
    FAILS(EINVAL, lseek(fd, -1, SEEK_SET));
    FAILS(EINVAL, lseek(fd, -5000, SEEK_CUR));
    EQUAL(lseek(fd, 0, SEEK_CUR), 1256);
    return done();
}
