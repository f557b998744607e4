/* New descriptors are distinct from the standard streams and the grants. */
#include "expect.h"

int main(int argc, char **argv)
{
    int first = OK(open("hello.txt", O_RDONLY)), second = OK(open("hello.txt", O_RDONLY));
    TRUE(first > 4 && second > 4 && first != second);
    OK(close(first));
    OK(close(second));
    for (int i = 0; i < 5000; i++) {
        int fd = open("hello.txt", O_RDONLY);
        if (fd < 0 || close(fd) != 0) {
            EQUAL(i, 5000);
            break;
        }
    }
    return done();
}
