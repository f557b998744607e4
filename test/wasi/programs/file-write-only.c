/* Reading what was opened for writing, and writing what was opened for reading: EBADF or ENOTCAPABLE. */
#include "expect.h"

int main(int argc, char **argv)
{
    char byte = 'x';
    int writer = OK(open("hello.txt", O_WRONLY));
    FAILS_EITHER(EBADF, ENOTCAPABLE, read(writer, &byte, 1));
    int reader = OK(open("hello.txt", O_RDONLY));
    FAILS_EITHER(EBADF, ENOTCAPABLE, write(reader, &byte, 1));
    HOLDS("hello.txt", "Hello, file!\n");
    return done();
}
