/* A path with a NUL in it is refused, and not cut off there. */
#include "expect.h"

int main(int argc, char **argv)
{
    extern int32_t open_raw(int32_t, int32_t, const char *, int32_t, int32_t, int64_t, int64_t, int32_t, int32_t *)
        __attribute__((import_module("wasi_snapshot_preview1"), import_name("path_open")));
    extern int32_t unlink_raw(int32_t, const char *, int32_t)
        __attribute__((import_module("wasi_snapshot_preview1"), import_name("path_unlink_file")));
    int32_t fd;
    RAW_EITHER(EINVAL, EILSEQ, open_raw(3, 0, "hello.txt\0.more", 15, 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
    RAW_EITHER(EINVAL, EILSEQ, unlink_raw(3, "hello.txt\0", 10));
    HOLDS("hello.txt", "Hello, file!\n");
    return done();
}
