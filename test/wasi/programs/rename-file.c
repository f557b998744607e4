/* rename moves a file, within and between directories, and replaces a file that is there. */
#include "expect.h"

int main(int argc, char **argv)
{
    OK(rename("hello.txt", "moved.txt"));
    FAILS(ENOENT, open("hello.txt", O_RDONLY));
    HOLDS("moved.txt", "Hello, file!\n");
    OK(rename("moved.txt", "dir/a.txt"));
    HOLDS("dir/a.txt", "Hello, file!\n");
    OK(rename("dir/a.txt", "dir/a.txt"));
    HOLDS("dir/a.txt", "Hello, file!\n");
    FAILS(ENOENT, rename("missing", "other"));
    FAILS(ENOENT, rename("dir/a.txt", "missing/other"));
    return done();
}
