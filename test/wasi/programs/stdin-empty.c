/* The end of standard input is a read of 0 bytes, as often as one asks. */
#include "expect.h"

int main(int argc, char **argv)
{
    char byte;
    for (int i = 0; i < 3; i++)
        EQUAL(read(0, &byte, 1), 0);
    EQUAL(getchar(), EOF);
    TRUE(feof(stdin) && !ferror(stdin));
    return done();
}
