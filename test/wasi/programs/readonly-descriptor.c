/* Descriptors opened under a read-only grant cannot change anything either. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("/ro/note.txt", O_RDONLY));
    char byte = 'x';
    TRUE(write(fd, &byte, 1) < 0);
    TRUE(pwrite(fd, &byte, 1, 0) < 0);
    TRUE(ftruncate(fd, 0) < 0);
    READ_ONLY(futimens(fd, NULL));
    TRUE(__wasi_fd_allocate(fd, 0, 1000) != 0);
    int directory = OK(open("/ro/sub", O_RDONLY | O_DIRECTORY));
    READ_ONLY(openat(directory, "new", O_WRONLY | O_CREAT, 0666));
    READ_ONLY(mkdirat(directory, "made", 0777));
    READ_ONLY(unlinkat(directory, "inner.txt", 0));
    HOLDS("/ro/note.txt", "read only\n");
    return done();
}
