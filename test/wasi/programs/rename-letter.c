/* A name may be one letter, whoever gets it. */
#include "expect.h"

int main(int argc, char **argv)
{
    OK(rename("hello.txt", "h"));
    HOLDS("h", "Hello, file!\n");
    OK(rename("h", "i"));
    HOLDS("i", "Hello, file!\n");
    OK(link("i", "j"));
    HOLDS("j", "Hello, file!\n");
    OK(mkdir("d", 0777));
    OK(mkdir("e", 0777));
    OK(rename("d", "e"));
    FAILS(ENOENT, rename("d", "e"));
    /* What would be replaced stays where that cannot be. */
    OK(mkdir("e/f", 0777));
    FAILS_EITHER(EINVAL, EACCES, rename("e", "e/f"));
    OK(rmdir("e/f"));
    OK(rename("i", "e/k"));
    HOLDS("e/k", "Hello, file!\n");
    return done();
}
