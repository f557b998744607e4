/* A file that is open can be renamed, and used on. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("hello.txt", O_RDWR));
    OK(rename("hello.txt", "moved.txt"));
    EQUAL(write(fd, "J", 1), 1);
    OK(close(fd));
    HOLDS("moved.txt", "Jello, file!\n");
    return done();
}
