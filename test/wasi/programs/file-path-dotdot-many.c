/* ".." after thousands of steps down and up: the way back is not forgotten. */
#include "expect.h"

int main(int argc, char **argv)
{
    static char path[4000];
    char *end = path;
    for (int i = 0; i < 150; i++)
        end = stpcpy(end, "dir/nested/../../");
    strcpy(end, "hello.txt");
    HOLDS(path, "Hello, file!\n");
    strcpy(end, "../hello.txt");
    REFUSED(open(path, O_RDONLY));
    return done();
}
