/* Forty directories deep, and a path that goes down and up again. */
#include "expect.h"

int main(int argc, char **argv)
{
    char path[256] = "";
    for (int i = 0; i < 40; i++) {
        strcat(path, i ? "/d" : "d");
        OK(mkdir(path, 0777));
    }
    strcat(path, "/file");
    WRITE(path, "deep");
    HOLDS(path, "deep");
    HOLDS("d/d/d/../../d/../../hello.txt", "Hello, file!\n");
    HOLDS("./d/.././//hello.txt", "Hello, file!\n");
    return done();
}
