/* "." and ".." are not removed. */
#include "expect.h"

int main(int argc, char **argv)
{
    FAILS_EITHER(EINVAL, ENOTEMPTY, rmdir("empty/."));
    FAILS_EITHER(EINVAL, ENOTEMPTY, rmdir("dir/nested/.."));
    struct stat status;
    OK(stat("empty", &status));
    OK(rmdir("empty//"));
    FAILS(ENOENT, stat("empty", &status));
    return done();
}
