/* Directories move, replace empty directories only, and never move into themselves. */
#include "expect.h"

int main(int argc, char **argv)
{
    OK(rename("dir", "moved"));
    HOLDS("moved/nested/deep.txt", "deep\n");
    OK(rename("moved", "empty"));
    HOLDS("empty/a.txt", "a\n");
    OK(mkdir("full", 0777));
    WRITE("full/file", "");
    FAILS_EITHER(ENOTEMPTY, EEXIST, rename("empty", "full"));
    FAILS(EINVAL, rename("empty", "empty/inside"));
    return done();
}
