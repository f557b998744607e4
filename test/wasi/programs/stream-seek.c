/* A pipe cannot be sought: ESPIPE. */
#include "expect.h"

int main(int argc, char **argv)
{
    FAILS(ESPIPE, lseek(0, 0, SEEK_SET));
    FAILS(ESPIPE, lseek(1, 0, SEEK_CUR));
    char byte = 0;
    FAILS(ESPIPE, pread(0, &byte, 1, 0));
    return done();
}
