/* Links that lead to one another, through directories, many times over: ELOOP or ENAMETOOLONG after a bounded effort. */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat status;
    char target[64];
    OK(mkdir("d", 0777));
    /* Each step of the path doubles what is left to walk. */
    OK(symlink("b/b", "a"));
    OK(symlink("a/a", "b"));
    FAILS(ELOOP, stat("a", &status));
    char name[16];
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "s%d", i);
        snprintf(target, sizeof target, "d/../d/../s%d/../d/../", i + 1);
        OK(symlink(target, name));
    }
    FAILS_EITHER(ENOENT, ELOOP, stat("s0/x", &status));
    /* A long path of links to the same place: forty are followed, no more. */
    OK(symlink(".", "here"));
    static char path[500];
    char *end = path;
    for (int i = 0; i < 60; i++)
        end = stpcpy(end, "here/");
    strcpy(end, "d");
    FAILS(ELOOP, stat(path, &status));
    path[5 * 40 - 5] = 0;
    OK(stat(path, &status));
    return done();
}
