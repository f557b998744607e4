/* Links in a circle: ELOOP.
 * needs: symlinks
 */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat status;
    FAILS(ELOOP, open("loop", O_RDONLY));
    FAILS(ELOOP, stat("loop", &status));
    FAILS(ELOOP, open("loop/file", O_RDONLY));
    OK(symlink("second", "first"));
    OK(symlink("first", "second"));
    FAILS(ELOOP, open("first", O_RDONLY));
    OK(lstat("loop", &status));
    return done();
}
