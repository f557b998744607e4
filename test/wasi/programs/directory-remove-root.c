/* The granted directory itself cannot be removed, made or renamed. */
#include "expect.h"

int main(int argc, char **argv)
{
    TRUE(rmdir("/") < 0);
    TRUE(rmdir(".") < 0);
    TRUE(mkdir("/", 0777) < 0);
    TRUE(unlink("/") < 0);
    TRUE(rename("/", "/other") < 0);
    HOLDS("hello.txt", "Hello, file!\n");
    return done();
}
