/* Standard output replaced by a file.
 * stdout:
 *   before
 */
#include "expect.h"

int main(int argc, char **argv)
{
    printf("before\n");
    fflush(stdout);
    int fd = OK(open("log", O_WRONLY | O_CREAT, 0666));
    RAW(0, __wasi_fd_renumber(fd, 1));
    printf("after\n");
    fflush(stdout);
    int reader = OK(open("log", O_RDONLY));
    char buffer[16];
    EQUAL(read(reader, buffer, sizeof buffer), 6);
    EQUAL(memcmp(buffer, "after\n", 6), 0);
    return done();
}
