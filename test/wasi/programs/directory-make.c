/* mkdir and rmdir, and what they refuse. */
#include "expect.h"

int main(int argc, char **argv)
{
    OK(mkdir("new", 0777));
    FAILS(EEXIST, mkdir("new", 0777));
    FAILS(EEXIST, mkdir("hello.txt", 0777));
    FAILS(ENOENT, mkdir("missing/new", 0777));
    OK(mkdir("new/inner", 0777));
    OK(mkdir("slash/", 0777));
    FAILS(ENOTEMPTY, rmdir("new"));
    OK(rmdir("new/inner"));
    OK(rmdir("new"));
    OK(rmdir("slash/"));
    FAILS(ENOTDIR, rmdir("hello.txt"));
    FAILS(ENOENT, rmdir("new"));
    return done();
}
