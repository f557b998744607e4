/* Two ways to a file give one identity; two files give two. */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat a, b, c;
    OK(stat("dir/a.txt", &a));
    OK(stat("dir/nested/../a.txt", &b));
    OK(stat("hello.txt", &c));
    EQUAL(a.st_ino, b.st_ino);
    EQUAL(a.st_dev, b.st_dev);
    TRUE(a.st_ino != c.st_ino);
    int fd = OK(open("dir/a.txt", O_RDONLY));
    OK(fstat(fd, &b));
    EQUAL(a.st_ino, b.st_ino);
    EQUAL(a.st_size, b.st_size);
    EQUAL(a.st_mtim.tv_sec, b.st_mtim.tv_sec);
    return done();
}
