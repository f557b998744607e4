/* Without arguments there is only the program's name. */
#include "expect.h"

int main(int argc, char **argv)
{
    EQUAL(argc, 1);
    TRUE(argv[0] != NULL && argv[0][0] != 0);
    TRUE(argv[1] == NULL);
    return done();
}
