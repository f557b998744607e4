/* O_TRUNC empties a file. */
#include "expect.h"

int main(int argc, char **argv)
{
    HOLDS("hello.txt", "Hello, file!\n");
    int fd = OK(open("hello.txt", O_WRONLY | O_TRUNC));
    OK(write(fd, "short", 5));
    OK(close(fd));
    HOLDS("hello.txt", "short");
    return done();
}
