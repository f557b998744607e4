/* Backslashes, drive letters and device names are not ways out on Windows. */
#include "expect.h"

int main(int argc, char **argv)
{
    TRUE(open("..\\secret.txt", O_RDONLY) < 0);
    TRUE(open("dir\\..\\..\\secret.txt", O_RDONLY) < 0);
    TRUE(open("C:\\windows\\system.ini", O_RDONLY) < 0);
    TRUE(open("C:", O_RDONLY) < 0);
    TRUE(open("\\\\?\\C:\\windows", O_RDONLY) < 0);
    TRUE(open("hello.txt::$DATA", O_RDONLY) < 0);
    TRUE(open("NUL", O_RDONLY) < 0);
    TRUE(open("dir/CON", O_RDONLY) < 0);
    return done();
}
