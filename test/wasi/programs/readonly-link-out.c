/* A hard link does not give write access to a read-only file. */
#include "expect.h"

int main(int argc, char **argv)
{
    READ_ONLY(link("/ro/note.txt", "/twin"));
    struct stat status;
    FAILS(ENOENT, stat("/twin", &status));
    return done();
}
