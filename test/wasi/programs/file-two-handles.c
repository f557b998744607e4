/* Two descriptors of one file have positions of their own and see each other's writes. */
#include "expect.h"

int main(int argc, char **argv)
{
    int a = OK(open("hello.txt", O_RDWR)), b = OK(open("hello.txt", O_RDWR));
    char buffer[5];
    EQUAL(write(a, "JELLO", 5), 5);
    EQUAL(lseek(b, 0, SEEK_CUR), 0);
    EQUAL(read(b, buffer, 5), 5);
    EQUAL(memcmp(buffer, "JELLO", 5), 0);
    return done();
}
