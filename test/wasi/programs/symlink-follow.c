/* Links to files and directories are followed, in the middle of a path and at its end.
 * needs: symlinks
 */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat status;
    HOLDS("link", "Hello, file!\n");
    HOLDS("dirlink/a.txt", "a\n");
    HOLDS("dirlink/nested/../a.txt", "a\n");
    OK(stat("dirlink", &status));
    TRUE(S_ISDIR(status.st_mode));
    OK(lstat("dirlink", &status));
    TRUE(S_ISLNK(status.st_mode));
    OK(lstat("dirlink/", &status));
    TRUE(S_ISDIR(status.st_mode));
    OK(open("dirlink", O_RDONLY | O_DIRECTORY));
    WRITE("link", "through");
    HOLDS("hello.txt", "through");
    return done();
}
