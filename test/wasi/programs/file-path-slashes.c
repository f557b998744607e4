/* Slashes in a row count as one, and "." as nothing. */
#include "expect.h"

int main(int argc, char **argv)
{
    HOLDS("dir//a.txt", "a\n");
    HOLDS("dir/.//./nested///deep.txt", "deep\n");
    HOLDS("./././hello.txt", "Hello, file!\n");
    FAILS(ENOTDIR, open("hello.txt/.", O_RDONLY));
    FAILS(ENOTDIR, open("hello.txt/..", O_RDONLY));
    FAILS(ENOENT, open("missing/../hello.txt", O_RDONLY));
    OK(mkdir("dir//new//", 0777));
    OK(rmdir("dir/./new"));
    return done();
}
