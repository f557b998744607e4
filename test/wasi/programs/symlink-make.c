/* symlink, readlink and lstat; the target is kept as it was given.
 * needs: symlinks
 */
#include "expect.h"

int main(int argc, char **argv)
{
    char target[64];
    struct stat status;
    OK(symlink("dir/../hello.txt", "new"));
    EQUAL(readlink("new", target, sizeof target), 16);
    EQUAL(memcmp(target, "dir/../hello.txt", 16), 0);
    HOLDS("new", "Hello, file!\n");
    OK(lstat("new", &status));
    TRUE(S_ISLNK(status.st_mode));
    EQUAL(status.st_size, 16);
    OK(stat("new", &status));
    TRUE(S_ISREG(status.st_mode));
    FAILS(EEXIST, symlink("x", "new"));
    FAILS(EEXIST, symlink("x", "hello.txt"));
    OK(unlink("new"));
    HOLDS("hello.txt", "Hello, file!\n");
    return done();
}
