/* Directories have times, too. */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat status;
    struct timespec times[2] = {{1000000000, 0}, {1100000000, 0}};
    OK(utimensat(AT_FDCWD, "empty", times, 0));
    OK(stat("empty", &status));
    EQUAL(status.st_mtim.tv_sec, 1100000000);
    FAILS(ENOENT, utimensat(AT_FDCWD, "missing", times, 0));
    return done();
}
