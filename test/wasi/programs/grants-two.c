/* Granted directories are descriptors 3, 4, … in the order of the grants, each with its guest path. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_prestat_t prestat;
    char name[8] = "????????";
    RAW(0, __wasi_fd_prestat_get(3, &prestat));
    EQUAL(prestat.tag, __WASI_PREOPENTYPE_DIR);
    EQUAL(prestat.u.dir.pr_name_len, 1);
    RAW(0, __wasi_fd_prestat_dir_name(3, (uint8_t *)name, 1));
    EQUAL(memcmp(name, "/?", 2), 0);
    RAW(0, __wasi_fd_prestat_get(4, &prestat));
    EQUAL(prestat.u.dir.pr_name_len, 3);
    RAW(0, __wasi_fd_prestat_dir_name(4, (uint8_t *)name, 8));
    EQUAL(memcmp(name, "/ro", 3), 0);
    RAW_EITHER(ENAMETOOLONG, ENOBUFS, __wasi_fd_prestat_dir_name(4, (uint8_t *)name, 2));
    RAW(EBADF, __wasi_fd_prestat_get(5, &prestat));
    RAW(EBADF, __wasi_fd_prestat_get(99, &prestat));
    return done();
}
