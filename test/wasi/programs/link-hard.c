/* A hard link is the same file under another name. */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat first, second;
    OK(link("hello.txt", "twin"));
    OK(stat("hello.txt", &first));
    OK(stat("twin", &second));
    EQUAL(first.st_nlink, 2);
    EQUAL(first.st_ino, second.st_ino);
    WRITE("twin", "shared");
    HOLDS("hello.txt", "shared");
    OK(unlink("hello.txt"));
    HOLDS("twin", "shared");
    FAILS(EEXIST, link("twin", "data.bin"));
    FAILS(ENOENT, link("missing", "other"));
    FAILS_EITHER(EPERM, EACCES, link("dir", "dir2"));
    return done();
}
