/* On macOS the open files of a process are files in the one directory of /dev, with the rights that they were opened with. Of
 * grants above it, it is no part. */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat status;
    char path[64];
    if (strcmp(argv[1], "above") == 0) {
        FAILS(ENOTCAPABLE, open(argv[2], O_RDONLY | O_DIRECTORY));
        snprintf(path, sizeof path, "%s/0", argv[2]);
        FAILS(ENOTCAPABLE, open(path, O_RDONLY));
        FAILS(ENOTCAPABLE, open(path, O_WRONLY | O_CREAT, 0666));
        FAILS(ENOTCAPABLE, stat(path, &status));
        FAILS(ENOTCAPABLE, unlink(path));
        OK(stat(argv[2], &status));
        int null = OK(open(strncmp(path, "/dev/", 5) == 0 ? "/dev/null" : "/null", O_RDWR));
        OK(close(null));
    } else {
        int file = OK(open("/0", O_RDONLY));
        OK(close(file));
    }
    return done();
}
