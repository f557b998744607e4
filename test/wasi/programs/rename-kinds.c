/* A file does not replace a directory (EISDIR), nor a directory a file (ENOTDIR). */
#include "expect.h"

int main(int argc, char **argv)
{
    FAILS(EISDIR, rename("hello.txt", "empty"));
    FAILS(ENOTDIR, rename("empty", "hello.txt"));
    FAILS(ENOTDIR, rename("hello.txt/", "other"));
    HOLDS("hello.txt", "Hello, file!\n");
    return done();
}
