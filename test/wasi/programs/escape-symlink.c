/* Links that lead out are not followed: relative, absolute, in the middle of a path.
 * needs: symlinks
 */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat status;
    REFUSED(open("escape", O_RDONLY));
    REFUSED(open("escape", O_WRONLY | O_TRUNC));
    REFUSED(open("absolute", O_RDONLY));
    REFUSED(open("up/secret.txt", O_RDONLY));
    REFUSED(open("up/root/hello.txt", O_RDONLY));
    REFUSED(stat("escape", &status));
    REFUSED(open("up", O_RDONLY | O_DIRECTORY));
    OK(lstat("escape", &status));
    OK(lstat("absolute", &status));
    return done();
}
