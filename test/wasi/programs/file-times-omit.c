/* One time can be set and the other left.
 * needs: access-time
 */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat status;
    struct timespec times[2] = {{1000000000, 0}, {1100000000, 0}};
    OK(utimensat(AT_FDCWD, "hello.txt", times, 0));
    times[0].tv_nsec = UTIME_OMIT;
    times[1].tv_sec = 1200000000;
    int fd = OK(open("hello.txt", O_RDWR));
    OK(futimens(fd, times));
    OK(fstat(fd, &status));
    EQUAL(status.st_atim.tv_sec, 1000000000);
    EQUAL(status.st_mtim.tv_sec, 1200000000);
    times[0] = (struct timespec){900000000, 0};
    times[1].tv_nsec = UTIME_OMIT;
    OK(utimensat(AT_FDCWD, "hello.txt", times, 0));
    OK(stat("hello.txt", &status));
    EQUAL(status.st_atim.tv_sec, 900000000);
    EQUAL(status.st_mtim.tv_sec, 1200000000);
    return done();
}
