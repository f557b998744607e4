/* A target that begins with a backslash is a name, or, where that would be the root of a drive, refused.
 * needs: symlinks
 */
#include "expect.h"

int main(int argc, char **argv)
{
    char target[64] = "";
    if (symlink("\\outside", "link-made") < 0) {
        TRUE(errno == ENOTCAPABLE || errno == EPERM);
        FAILS(ENOENT, readlink("link-made", target, sizeof target));
    } else {
        EQUAL(readlink("link-made", target, sizeof target), 8);
        EQUAL(strcmp(target, "\\outside"), 0);
    }
    return done();
}
