/* A file that is open can be unlinked and still be used.
 * needs: posix-unlink
 */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("hello.txt", O_RDWR));
    OK(unlink("hello.txt"));
    FAILS(ENOENT, open("hello.txt", O_RDONLY));
    char buffer[5];
    EQUAL(read(fd, buffer, 5), 5);
    EQUAL(memcmp(buffer, "Hello", 5), 0);
    EQUAL(pwrite(fd, "J", 1, 0), 1);
    WRITE("hello.txt", "another");
    HOLDS("hello.txt", "another");
    OK(close(fd));
    return done();
}
