/* Nothing embedded can be changed, and nothing can be put beside it.
 * grants: embed
 */
#include "expect.h"

int main(int argc, char **argv)
{
    READ_ONLY(open("/share/hello.txt", O_WRONLY));
    READ_ONLY(open("/share/hello.txt", O_RDWR));
    READ_ONLY(open("/share/hello.txt", O_RDONLY | O_TRUNC));
    READ_ONLY(open("/share/new", O_RDONLY | O_CREAT, 0666));
    READ_ONLY(mkdir("/share/made", 0777));
    READ_ONLY(unlink("/share/hello.txt"));
    READ_ONLY(rmdir("/share/nothing"));
    READ_ONLY(rename("/share/hello.txt", "/share/other"));
    READ_ONLY(rename("/share/hello.txt", "/moved"));
    READ_ONLY(rename("/hello.txt", "/share/moved"));
    READ_ONLY(link("/share/hello.txt", "/share/twin"));
    READ_ONLY(link("/share/hello.txt", "/twin"));
    READ_ONLY(symlink("hello.txt", "/share/link"));
    READ_ONLY(truncate("/share/hello.txt", 0));
    struct timespec times[2] = {{1, 0}, {1, 0}};
    READ_ONLY(utimensat(AT_FDCWD, "/share/hello.txt", times, 0));
    int fd = OK(open("/share/hello.txt", O_RDONLY));
    TRUE(write(fd, "x", 1) < 0);
    TRUE(ftruncate(fd, 0) < 0);
    TRUE(futimens(fd, times) < 0);
    TRUE(posix_fallocate(fd, 0, 100) != 0);
    OK(fcntl(fd, F_SETFL, O_APPEND));
    OK(fsync(fd));
    EQUAL(posix_fadvise(fd, 0, 10, POSIX_FADV_WILLNEED), 0);
    HOLDS("/share/hello.txt", "Hello from inside!\n");
    return done();
}
