/* Links that lead to links: a few dozen are followed, more are ELOOP.
 * needs: symlinks
 */
#include "expect.h"

int main(int argc, char **argv)
{
    char name[16], target[16];
    OK(symlink("hello.txt", "l0"));
    for (int i = 1; i < 60; i++) {
        snprintf(name, sizeof name, "l%d", i);
        snprintf(target, sizeof target, "l%d", i - 1);
        OK(symlink(target, name));
    }
    HOLDS("l20", "Hello, file!\n");
    FAILS(ELOOP, open("l59", O_RDONLY));
    struct stat status;
    FAILS(ELOOP, stat("l59", &status));
    OK(lstat("l59", &status));
    return done();
}
