/* A link the program made itself does not lead out either.
 * needs: symlinks
 */
#include "expect.h"

int main(int argc, char **argv)
{
    OK(symlink("../../secret.txt", "dir/planted"));
    REFUSED(open("dir/planted", O_RDONLY));
    OK(symlink("../hello.txt", "dir/inside"));
    HOLDS("dir/inside", "Hello, file!\n");
    OK(symlink("..", "dir/parent"));
    HOLDS("dir/parent/hello.txt", "Hello, file!\n");
    REFUSED(open("dir/parent/../secret.txt", O_RDONLY));
    symlink("/etc/passwd", "planted");
    TRUE(open("planted", O_RDONLY) < 0);
    return done();
}
