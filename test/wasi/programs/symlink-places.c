/* A link is not made over anything, without a target, or behind a slash.
 * needs: symlinks
 */
#include "expect.h"

int main(int argc, char **argv)
{
    FAILS(EEXIST, symlink("hello.txt", "dangling"));
    FAILS(EEXIST, symlink("hello.txt", "dir"));
    FAILS_EITHER(EEXIST, ENOENT, symlink("hello.txt", "dir/"));
    FAILS(ENOENT, symlink("", "new"));
    FAILS_EITHER(ENOENT, ENOTDIR, symlink("hello.txt", "new/"));
    FAILS(ENOENT, symlink("hello.txt", "missing/new"));
    REFUSED(symlink("/etc/passwd", "new"));
    FAILS(ENOENT, open("new", O_RDONLY));
    return done();
}
