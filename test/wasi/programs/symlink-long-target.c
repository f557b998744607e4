/* A target as long as targets can be is kept whole, and followed.
 * needs: symlinks
 */
#include "expect.h"

int main(int argc, char **argv)
{
    static char target[3001], read_back[4096];
    for (int i = 0; i < 2990; i += 2)
        memcpy(target + i, "./", 2);
    strcpy(target + 2990, "hello.txt");
    OK(symlink(target, "long"));
    EQUAL(readlink("long", read_back, sizeof read_back), strlen(target));
    EQUAL(memcmp(read_back, target, strlen(target)), 0);
    HOLDS("long", "Hello, file!\n");
    return done();
}
