/* ".." after a link goes up from where the link leads.
 * needs: symlinks
 */
#include "expect.h"

int main(int argc, char **argv)
{
    OK(symlink("dir/nested", "short"));
    HOLDS("short/deep.txt", "deep\n");
    HOLDS("short/../a.txt", "a\n");
    HOLDS("short/../../hello.txt", "Hello, file!\n");
    REFUSED(open("short/../../../secret.txt", O_RDONLY));
    OK(symlink("../../dir/nested/../a.txt", "dir/nested/round"));
    HOLDS("dir/nested/round", "a\n");
    OK(symlink("../../../secret.txt", "dir/nested/out"));
    REFUSED(open("dir/nested/out", O_RDONLY));
    REFUSED(open("short/out", O_RDONLY));
    return done();
}
