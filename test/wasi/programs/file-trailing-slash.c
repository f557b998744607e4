/* A trailing slash asks for a directory. */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat status;
    FAILS(ENOTDIR, open("hello.txt/", O_RDONLY));
    FAILS(ENOTDIR, stat("hello.txt/", &status));
    FAILS(ENOTDIR, unlink("hello.txt/"));
    OK(stat("dir/", &status));
    TRUE(S_ISDIR(status.st_mode));
    OK(open("dir/", O_RDONLY | O_DIRECTORY));
    OK(open("dir///", O_RDONLY | O_DIRECTORY));
    FAILS_EITHER(EISDIR, ENOENT, open("new/", O_WRONLY | O_CREAT, 0666));
    return done();
}
