/* stat of what is not there, or below a file, or behind a slash. */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat status;
    __wasi_filestat_t raw;
    FAILS(ENOENT, stat("missing", &status));
    RAW(ENOENT, __wasi_path_filestat_get(3, 0, "", &raw));
    FAILS(ENOENT, stat("dir/missing/x", &status));
    FAILS(ENOTDIR, stat("hello.txt/x", &status));
    FAILS(ENOTDIR, stat("hello.txt/", &status));
    OK(stat("dir/", &status));
    TRUE(S_ISDIR(status.st_mode));
    return done();
}
