/* rename from or to what is not there. */
#include "expect.h"

int main(int argc, char **argv)
{
    FAILS(ENOENT, rename("missing", "new"));
    FAILS(ENOENT, rename("hello.txt", "missing/new"));
    FAILS(ENOTDIR, rename("hello.txt", "data.bin/new"));
    RAW(ENOENT, __wasi_path_rename(3, "", 3, "new"));
    RAW(ENOENT, __wasi_path_rename(3, "hello.txt", 3, ""));
    HOLDS("hello.txt", "Hello, file!\n");
    return done();
}
