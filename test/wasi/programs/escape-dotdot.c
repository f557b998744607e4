/* ".." does not lead out of a granted directory, in any call. */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat status;
    char target[16];
    REFUSED(open("../secret.txt", O_RDONLY));
    REFUSED(open("dir/../../secret.txt", O_RDONLY));
    REFUSED(open("dir/nested/../../../secret.txt", O_RDONLY));
    REFUSED(open("..", O_RDONLY | O_DIRECTORY));
    REFUSED(open("../root/hello.txt", O_RDONLY));
    REFUSED(stat("../secret.txt", &status));
    REFUSED(mkdir("../made", 0777));
    REFUSED(unlink("../secret.txt"));
    REFUSED(rmdir("../ro"));
    REFUSED(rename("../secret.txt", "stolen"));
    REFUSED(rename("hello.txt", "../given"));
    REFUSED(link("../secret.txt", "stolen"));
    REFUSED(readlink("../secret.txt", target, sizeof target));
    REFUSED(symlink("hello.txt", "../planted"));
    HOLDS("dir/../hello.txt", "Hello, file!\n");
    return done();
}
