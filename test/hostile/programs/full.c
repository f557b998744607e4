/* Writes until the disk is full: ENOSPC, in every call that needs room, and afterwards things go on. */
#include "expect.h"

int main(int argc, char **argv)
{
    static char block[65536];
    long total = 0, size;
    int fd = OK(open("big", O_RDWR | O_CREAT, 0666));
    while ((size = write(fd, block, sizeof block)) > 0)
        total += size;
    EQUAL(size, -1);
    EQUAL(errno, ENOSPC);
    TRUE(total > 100000);
    FAILS(ENOSPC, pwrite(fd, block, sizeof block, total));
    RAW(ENOSPC, __wasi_fd_allocate(fd, 0, 1 << 28));
    struct stat status;
    OK(fstat(fd, &status));
    TRUE(status.st_size >= total);
    int made = 0;
    char name[16];
    for (; made < 100000; made++) {
        snprintf(name, sizeof name, "d%d", made);
        if (mkdir(name, 0777) < 0)
            break;
    }
    EQUAL(errno, ENOSPC);
    FAILS(ENOSPC, open("new", O_RDWR | O_CREAT, 0666));
    FAILS(ENOSPC, symlink("big", "link"));
    OK(ftruncate(fd, 0));
    EQUAL(pwrite(fd, "room", 4, 0), 4);
    HOLDS("big", "room");
    return done();
}
