/* fd_readdir goes on from any cookie, with any buffer; behind the last entry it gives nothing. */
#include "expect.h"

int main(int argc, char **argv)
{
    static uint8_t all[4096], one[300];
    __wasi_size_t used, part;
    __wasi_dirent_t entry, again;
    RAW(0, __wasi_fd_readdir(3, all, sizeof all, 0, &used));
    TRUE(used < sizeof all);
    __wasi_dircookie_t cookie = 0;
    for (size_t at = 0; at < used; at += sizeof entry + entry.d_namlen) {
        memcpy(&entry, all + at, sizeof entry);
        RAW(0, __wasi_fd_readdir(3, one, sizeof entry + entry.d_namlen, cookie, &part));
        EQUAL(part, sizeof entry + entry.d_namlen);
        EQUAL(memcmp(one, all + at, part), 0);
        cookie = entry.d_next;
    }
    RAW(0, __wasi_fd_readdir(3, one, sizeof one, cookie, &part));
    EQUAL(part, 0);
    RAW(0, __wasi_fd_readdir(3, one, 10, 0, &part));
    EQUAL(part, 10);
    RAW(0, __wasi_fd_readdir(3, one, 0, 0, &part));
    EQUAL(part, 0);
    return done();
}
