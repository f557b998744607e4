/* fd_prestat_dir_name gives the name without NUL, and refuses a buffer that is too small. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_prestat_t prestat;
    uint8_t name[8];
    memset(name, '#', sizeof name);
    RAW(0, __wasi_fd_prestat_get(4, &prestat));
    EQUAL(prestat.tag, __WASI_PREOPENTYPE_DIR);
    EQUAL(prestat.u.dir.pr_name_len, 3);
    RAW(ENAMETOOLONG, __wasi_fd_prestat_dir_name(4, name, 2));
    RAW(0, __wasi_fd_prestat_dir_name(4, name, 3));
    EQUAL(memcmp(name, "/ro#", 4), 0);
    RAW(EBADF, __wasi_fd_prestat_get(1, &prestat));
    RAW(EBADF, __wasi_fd_prestat_dir_name(1, name, 8));
    return done();
}
