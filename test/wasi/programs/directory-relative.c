/* openat and its kin work from a directory's descriptor, and do not lead above it. */
#include "expect.h"

int main(int argc, char **argv)
{
    int directory = OK(open("dir", O_RDONLY | O_DIRECTORY));
    int fd = OK(openat(directory, "nested/deep.txt", O_RDONLY));
    char buffer[8];
    EQUAL(read(fd, buffer, 8), 5);
    OK(mkdirat(directory, "made", 0777));
    struct stat status;
    OK(stat("dir/made", &status));
    OK(fstatat(directory, "a.txt", &status, 0));
    EQUAL(status.st_size, 2);
    REFUSED(openat(directory, "../hello.txt", O_RDONLY));
    OK(unlinkat(directory, "made", AT_REMOVEDIR));
    fd = OK(open("hello.txt", O_RDONLY));
    TRUE(openat(fd, "a.txt", O_RDONLY) < 0);
    return done();
}
