/* readlink cuts off what does not fit, and takes links only.
 * needs: symlinks
 */
#include "expect.h"

int main(int argc, char **argv)
{
    char target[8] = "????????";
    EQUAL(readlink("link", target, 4), 4);
    EQUAL(memcmp(target, "hell?", 5), 0);
    FAILS(EINVAL, readlink("hello.txt", target, sizeof target));
    FAILS(EINVAL, readlink("dir", target, sizeof target));
    FAILS(ENOENT, readlink("missing", target, sizeof target));
    return done();
}
