/* A slash behind a name makes rename ask for a directory. */
#include "expect.h"

int main(int argc, char **argv)
{
    OK(rename("dir/", "moved"));
    OK(rename("moved", "again/"));
    OK(rename("again/", "empty/"));
    HOLDS("empty/a.txt", "a\n");
    FAILS(ENOTDIR, rename("hello.txt", "new/"));
    FAILS(ENOTDIR, rename("hello.txt/", "new"));
    FAILS_EITHER(ENOTDIR, EISDIR, rename("hello.txt", "empty/"));
    HOLDS("hello.txt", "Hello, file!\n");
    return done();
}
