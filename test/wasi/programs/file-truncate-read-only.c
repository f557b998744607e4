/* ftruncate needs a descriptor that may write. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("hello.txt", O_RDONLY));
    int result = ftruncate(fd, 0);
    TRUE(result < 0 && (errno == EINVAL || errno == EBADF || errno == ENOTCAPABLE));
    HOLDS("hello.txt", "Hello, file!\n");
    return done();
}
