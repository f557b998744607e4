/* ftruncate shrinks, and grows with zeros; the position stays. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("hello.txt", O_RDWR));
    OK(ftruncate(fd, 5));
    HOLDS("hello.txt", "Hello");
    OK(ftruncate(fd, 8));
    struct stat status;
    OK(fstat(fd, &status));
    EQUAL(status.st_size, 8);
    char bytes[8];
    EQUAL(read(fd, bytes, 8), 8);
    EQUAL(memcmp(bytes, "Hello\0\0\0", 8), 0);
    OK(ftruncate(fd, 0));
    EQUAL(lseek(fd, 0, SEEK_CUR), 8);
    FAILS(EINVAL, ftruncate(fd, -1));
    OK(truncate("data.bin", 3));
    OK(stat("data.bin", &status));
    EQUAL(status.st_size, 3);
    return done();
}
