/* Directories are not made where something is, nor below what is no directory. */
#include "expect.h"

int main(int argc, char **argv)
{
    FAILS(EEXIST, mkdir(".", 0777));
    FAILS(EEXIST, mkdir("dir/", 0777));
    FAILS(EEXIST, mkdir("dir/.", 0777));
    FAILS(EEXIST, mkdir("dir/nested/..", 0777));
    FAILS(ENOTDIR, mkdir("hello.txt/new", 0777));
    FAILS(ENOENT, mkdir("missing/new", 0777));
    RAW(ENOENT, __wasi_path_create_directory(3, ""));
    return done();
}
