/* The host lets no file grow beyond 4 KiB: as much as fits is written, then EFBIG, and the program goes on. */
#include "expect.h"

int main(int argc, char **argv)
{
    static char block[3000];
    int fd = OK(open("big", O_RDWR | O_CREAT, 0666));
    EQUAL(write(fd, block, sizeof block), 3000);
    EQUAL(write(fd, block, sizeof block), 1096);
    FAILS(EFBIG, write(fd, block, 1));
    FAILS(EFBIG, pwrite(fd, block, 1, 4096));
    FAILS(EFBIG, ftruncate(fd, 5000));
    RAW(EFBIG, __wasi_fd_allocate(fd, 0, 5000));
    struct stat status;
    OK(fstat(fd, &status));
    EQUAL(status.st_size, 4096);
    OK(ftruncate(fd, 0));
    EQUAL(pwrite(fd, "room", 4, 0), 4);
    HOLDS("big", "room");
    return done();
}
