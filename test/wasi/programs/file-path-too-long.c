/* A path or a component beyond all limits: ENAMETOOLONG (or ENOENT), in every call. */
#include "expect.h"

int main(int argc, char **argv)
{
    static char name[301], path[70000];
    struct stat status;
    memset(name, 'n', 300);
    for (size_t i = 0; i + 2 < sizeof path; i += 2)
        memcpy(path + i, "d/", 2);
    const char *const both[] = {name, path};
    for (int i = 0; i < 2; i++) {
        FAILS_EITHER(ENAMETOOLONG, ENOENT, open(both[i], O_RDONLY));
        FAILS_EITHER(ENAMETOOLONG, ENOENT, open(both[i], O_RDWR | O_CREAT, 0666));
        FAILS_EITHER(ENAMETOOLONG, ENOENT, stat(both[i], &status));
        FAILS_EITHER(ENAMETOOLONG, ENOENT, mkdir(both[i], 0777));
        FAILS_EITHER(ENAMETOOLONG, ENOENT, unlink(both[i]));
        FAILS_EITHER(ENAMETOOLONG, ENOENT, rename("hello.txt", both[i]));
        FAILS_EITHER(ENAMETOOLONG, ENOENT, link("hello.txt", both[i]));
    }
    HOLDS("hello.txt", "Hello, file!\n");
    return done();
}
