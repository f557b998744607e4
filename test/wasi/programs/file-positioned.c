/* pread and pwrite do not move the position. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("data.bin", O_RDWR));
    unsigned char bytes[4];
    EQUAL(lseek(fd, 10, SEEK_SET), 10);
    EQUAL(pread(fd, bytes, 4, 200), 4);
    EQUAL(bytes[0], 200);
    EQUAL(bytes[3], 203);
    EQUAL(pwrite(fd, "\xff", 1, 10), 1);
    EQUAL(lseek(fd, 0, SEEK_CUR), 10);
    EQUAL(read(fd, bytes, 1), 1);
    EQUAL(bytes[0], 255);
    EQUAL(pread(fd, bytes, 4, 254), 2);
    EQUAL(pread(fd, bytes, 4, 256), 0);
    EQUAL(pread(fd, bytes, 4, 1 << 30), 0);
    EQUAL(lseek(fd, 0, SEEK_CUR), 11);
    return done();
}
