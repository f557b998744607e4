/* A new file: written, closed, read back; a second O_CREAT leaves its content. */
#include "expect.h"

int main(int argc, char **argv)
{
    WRITE("new.txt", "content\n");
    HOLDS("new.txt", "content\n");
    int fd = OK(open("new.txt", O_RDWR | O_CREAT, 0666));
    OK(close(fd));
    HOLDS("new.txt", "content\n");
    return done();
}
