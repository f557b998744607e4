/* A file is no directory on the way to another: ENOTDIR. */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat status;
    FAILS(ENOTDIR, open("hello.txt/inside", O_RDONLY));
    FAILS(ENOTDIR, open("hello.txt/inside", O_WRONLY | O_CREAT, 0666));
    FAILS(ENOTDIR, stat("hello.txt/inside", &status));
    FAILS(ENOTDIR, mkdir("hello.txt/inside", 0777));
    FAILS(ENOTDIR, unlink("hello.txt/inside"));
    FAILS(ENOTDIR, rename("hello.txt/inside", "other"));
    return done();
}
