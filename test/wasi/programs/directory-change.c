/* chdir, which libc keeps, and relative paths after it. */
#include "expect.h"

int main(int argc, char **argv)
{
    char path[64];
    OK(chdir("dir"));
    HOLDS("a.txt", "a\n");
    HOLDS("nested/deep.txt", "deep\n");
    HOLDS("/hello.txt", "Hello, file!\n");
    TRUE(getcwd(path, sizeof path) != NULL && strcmp(path, "/dir") == 0);
    return done();
}
