/* A name of 255 bytes works, one of 300 is ENAMETOOLONG. */
#include "expect.h"

int main(int argc, char **argv)
{
    char name[301];
    memset(name, 'n', 300);
    name[300] = 0;
    FAILS_EITHER(ENAMETOOLONG, ENOENT, open(name, O_WRONLY | O_CREAT, 0666));
    name[255] = 0;
    WRITE(name, "long");
    HOLDS(name, "long");
    return done();
}
