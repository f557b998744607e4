/* unlink is for files, rmdir for directories. */
#include "expect.h"

int main(int argc, char **argv)
{
    FAILS_EITHER(EISDIR, EPERM, unlink("dir"));
    FAILS_EITHER(EISDIR, EPERM, unlink("empty/"));
    FAILS(ENOTDIR, unlink("hello.txt/"));
    FAILS(ENOENT, unlink("missing"));
    FAILS(ENOENT, unlink("missing/"));
    FAILS(ENOTDIR, unlink("hello.txt/x"));
    FAILS(ENOTDIR, rmdir("hello.txt"));
    FAILS(ENOTEMPTY, rmdir("dir"));
    HOLDS("dir/a.txt", "a\n");
    HOLDS("hello.txt", "Hello, file!\n");
    return done();
}
