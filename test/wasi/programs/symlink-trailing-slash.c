/* A trailing slash follows the link, which then has to lead to a directory.
 * needs: symlinks
 */
#include "expect.h"

int main(int argc, char **argv)
{
    FAILS(ENOTDIR, open("link/", O_RDONLY));
    OK(open("dirlink/", O_RDONLY | O_DIRECTORY));
    FAILS(ENOTDIR, unlink("link/"));
    FAILS_EITHER(ENOTDIR, ELOOP, rmdir("dirlink/"));
    HOLDS("dirlink/a.txt", "a\n");
    return done();
}
