/* rename and hard links work on a link itself, not on what it points to.
 * needs: symlinks
 */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat status;
    OK(rename("link", "renamed"));
    OK(lstat("renamed", &status));
    TRUE(S_ISLNK(status.st_mode));
    HOLDS("renamed", "Hello, file!\n");
    RAW(0, __wasi_path_link(3, 0, "renamed", 3, "twin"));
    OK(lstat("twin", &status));
    TRUE(S_ISLNK(status.st_mode));
    OK(rename("hello.txt", "renamed"));
    OK(lstat("renamed", &status));
    TRUE(S_ISREG(status.st_mode));
    return done();
}
