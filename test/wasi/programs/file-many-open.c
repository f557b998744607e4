/* Two hundred files open at once; descriptors are distinct, and closed ones are used again. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fds[200];
    for (int i = 0; i < 200; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%d", i);
        fds[i] = OK(open(name, O_RDWR | O_CREAT, 0666));
        for (int j = 0; j < i; j++)
            if (fds[i] == fds[j])
                failures++;
        EQUAL(write(fds[i], name, strlen(name)), strlen(name));
    }
    HOLDS("f0", "f0");
    HOLDS("f199", "f199");
    for (int i = 0; i < 200; i++)
        OK(close(fds[i]));
    int again = OK(open("f7", O_RDONLY));
    TRUE(again <= fds[199]);
    return done();
}
