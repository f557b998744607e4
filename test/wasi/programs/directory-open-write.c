/* A directory opened for writing: EISDIR without the directory flag, by whatever name, and it is never truncated. */
#include "expect.h"

int main(int argc, char **argv)
{
    FAILS(EISDIR, open("dir", O_RDWR));
    FAILS(EISDIR, open("dir", O_WRONLY | O_TRUNC));
    FAILS_EITHER(EISDIR, EEXIST, open("dir", O_RDWR | O_CREAT, 0666));
    for (int i = 0; i < 5; i++) {
        const char *name = ((const char *[]){".", "/", "dir/.", "dir/..", "dir/"})[i];
        FAILS(EISDIR, open(name, O_WRONLY));
        FAILS(EISDIR, open(name, O_RDWR));
        FAILS(EISDIR, open(name, O_RDWR | O_APPEND | O_NONBLOCK));
        FAILS(EISDIR, open(name, O_RDONLY | O_TRUNC));
        OK(close(OK(open(name, O_RDONLY))));
    }
    FAILS(ENOTDIR, open("hello.txt/", O_WRONLY));
    FAILS(ENOTDIR, open("hello.txt/.", O_WRONLY));
    FAILS(ENOENT, open("missing/", O_WRONLY));
    FAILS_EITHER(EISDIR, ENOENT, open("new/", O_RDWR | O_CREAT, 0666));
    HOLDS("dir/a.txt", "a\n");
    return done();
}
