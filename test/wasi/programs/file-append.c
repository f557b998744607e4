/* O_APPEND writes at the end wherever the position is; reads follow the position. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("hello.txt", O_RDWR | O_APPEND));
    EQUAL(lseek(fd, 2, SEEK_SET), 2);
    EQUAL(write(fd, "more", 4), 4);
    HOLDS("hello.txt", "Hello, file!\nmore");
    EQUAL(lseek(fd, 0, SEEK_SET), 0);
    EQUAL(write(fd, "!", 1), 1);
    HOLDS("hello.txt", "Hello, file!\nmore!");
    char buffer[5] = "";
    EQUAL(lseek(fd, 7, SEEK_SET), 7);
    EQUAL(read(fd, buffer, 4), 4);
    EQUAL(strcmp(buffer, "file"), 0);
    OK(close(fd));
    return done();
}
