/* A hard link is not made over anything, nor of what is not there, nor behind a slash. */
#include "expect.h"

int main(int argc, char **argv)
{
    FAILS(EEXIST, link("hello.txt", "data.bin"));
    FAILS(EEXIST, link("hello.txt", "dir"));
    FAILS(EEXIST, link("hello.txt", "hello.txt"));
    FAILS_EITHER(ENOENT, ENOTDIR, link("hello.txt", "new/"));
    FAILS(ENOTDIR, link("hello.txt/", "new"));
    FAILS(ENOENT, link("missing", "new"));
    FAILS(ENOENT, link("hello.txt", "missing/new"));
    FAILS(ENOTDIR, link("hello.txt", "data.bin/new"));
    FAILS(ENOENT, open("new", O_RDONLY));
    return done();
}
