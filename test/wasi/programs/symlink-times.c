/* AT_SYMLINK_NOFOLLOW sets the times of the link itself.
 * needs: symlinks
 */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat status;
    struct timespec times[2] = {{1000000000, 0}, {1100000000, 0}};
    OK(utimensat(AT_FDCWD, "link", times, AT_SYMLINK_NOFOLLOW));
    OK(lstat("link", &status));
    EQUAL(status.st_mtim.tv_sec, 1100000000);
    OK(stat("hello.txt", &status));
    TRUE(status.st_mtim.tv_sec != 1100000000);
    OK(utimensat(AT_FDCWD, "link", times, 0));
    OK(stat("hello.txt", &status));
    EQUAL(status.st_mtim.tv_sec, 1100000000);
    return done();
}
