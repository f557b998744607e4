/* A directory opened for writing: EISDIR without the directory flag, and it is never truncated. */
#include "expect.h"

int main(int argc, char **argv)
{
    FAILS(EISDIR, open("dir", O_RDWR));
    FAILS(EISDIR, open("dir", O_WRONLY | O_TRUNC));
    FAILS_EITHER(EISDIR, EEXIST, open("dir", O_RDWR | O_CREAT, 0666));
    FAILS_EITHER(EISDIR, ENOENT, open("new/", O_RDWR | O_CREAT, 0666));
    HOLDS("dir/a.txt", "a\n");
    return done();
}
