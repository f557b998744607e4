/* O_EXCL fails with EEXIST on what is there: file, directory, symbolic link. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("fresh", O_WRONLY | O_CREAT | O_EXCL, 0666));
    OK(close(fd));
    FAILS(EEXIST, open("fresh", O_WRONLY | O_CREAT | O_EXCL, 0666));
    FAILS(EEXIST, open("hello.txt", O_WRONLY | O_CREAT | O_EXCL, 0666));
    FAILS(EEXIST, open("dir", O_RDONLY | O_CREAT | O_EXCL, 0666));
    return done();
}
