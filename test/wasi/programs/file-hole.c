/* Writing beyond the end leaves zeros between. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("hole", O_RDWR | O_CREAT, 0666));
    EQUAL(lseek(fd, 100000, SEEK_SET), 100000);
    EQUAL(write(fd, "x", 1), 1);
    struct stat status;
    OK(fstat(fd, &status));
    EQUAL(status.st_size, 100001);
    char bytes[4] = "????";
    EQUAL(pread(fd, bytes, 4, 50000), 4);
    EQUAL(memcmp(bytes, "\0\0\0\0", 4), 0);
    return done();
}
