/* Reading a directory as a file fails. */
#include "expect.h"

int main(int argc, char **argv)
{
    char byte;
    int fd = OK(open("dir", O_RDONLY | O_DIRECTORY));
    int result = read(fd, &byte, 1);
    TRUE(result < 0 && (errno == EISDIR || errno == EBADF || errno == ENOTCAPABLE));
    FAILS_EITHER(EBADF, ENOTCAPABLE, write(fd, &byte, 1));
    return done();
}
