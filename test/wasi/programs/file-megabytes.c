/* Eight megabytes written and read back in odd pieces. */
#include "expect.h"

int main(int argc, char **argv)
{
    enum { SIZE = 8 << 20, PIECE = 65521 };
    unsigned char *bytes = malloc(SIZE);
    for (unsigned i = 0; i < SIZE; i++)
        bytes[i] = (unsigned char)(i * 2654435761u >> 24);
    int fd = OK(open("large", O_RDWR | O_CREAT, 0666));
    for (long at = 0; at < SIZE;) {
        long size = write(fd, bytes + at, SIZE - at < PIECE ? SIZE - at : PIECE);
        if (size <= 0)
            return 1;
        at += size;
    }
    EQUAL(lseek(fd, 0, SEEK_SET), 0);
    unsigned char *copy = calloc(SIZE, 1);
    long total = 0, size;
    while ((size = read(fd, copy + total, PIECE)) > 0)
        total += size;
    EQUAL(total, SIZE);
    EQUAL(memcmp(bytes, copy, SIZE), 0);
    return done();
}
