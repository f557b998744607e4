/* A link to nothing: ENOENT when followed; it can be looked at and removed.
 * needs: symlinks
 */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat status;
    FAILS(ENOENT, open("dangling", O_RDONLY));
    FAILS(ENOENT, stat("dangling", &status));
    OK(lstat("dangling", &status));
    TRUE(S_ISLNK(status.st_mode));
    FAILS(EEXIST, open("dangling", O_WRONLY | O_CREAT | O_EXCL, 0666));
    FAILS(EEXIST, mkdir("dangling", 0777));
    OK(unlink("dangling"));
    FAILS(ENOENT, lstat("dangling", &status));
    return done();
}
