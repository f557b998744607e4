/* What stat and fstat say of a file, and that they agree. */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat by_path, by_fd;
    OK(stat("hello.txt", &by_path));
    int fd = OK(open("hello.txt", O_RDONLY));
    OK(fstat(fd, &by_fd));
    TRUE(S_ISREG(by_path.st_mode) && S_ISREG(by_fd.st_mode));
    EQUAL(by_path.st_size, 13);
    EQUAL(by_fd.st_size, 13);
    EQUAL(by_path.st_nlink, 1);
    TRUE(by_path.st_ino != 0 && by_path.st_ino == by_fd.st_ino);
    TRUE(by_path.st_dev == by_fd.st_dev);
    TRUE(by_path.st_mtim.tv_sec > 1600000000);
    EQUAL(by_path.st_mtim.tv_sec, by_fd.st_mtim.tv_sec);
    EQUAL(by_path.st_mtim.tv_nsec, by_fd.st_mtim.tv_nsec);
    return done();
}
