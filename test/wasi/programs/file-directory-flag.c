/* O_DIRECTORY takes directories only; directories are not opened for writing. */
#include "expect.h"

int main(int argc, char **argv)
{
    FAILS(ENOTDIR, open("hello.txt", O_RDONLY | O_DIRECTORY));
    OK(open("dir", O_RDONLY | O_DIRECTORY));
    OK(open("dir", O_RDONLY));
    FAILS(EISDIR, open("dir", O_WRONLY));
    FAILS(EISDIR, open("dir", O_RDWR));
    return done();
}
