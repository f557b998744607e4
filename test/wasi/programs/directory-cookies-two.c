/* Two descriptors of one directory are read independently, in turns. */
#include "expect.h"

int main(int argc, char **argv)
{
    static uint8_t first[300], second[300];
    __wasi_size_t used;
    __wasi_dirent_t a, b;
    __wasi_dircookie_t cookie = 0;
    int x = OK(open("/", O_RDONLY | O_DIRECTORY)), y = OK(open("/", O_RDONLY | O_DIRECTORY));
    for (int i = 0; i < 5; i++) {
        RAW(0, __wasi_fd_readdir(x, first, sizeof first, cookie, &used));
        RAW(0, __wasi_fd_readdir(y, second, sizeof second, cookie, &used));
        memcpy(&a, first, sizeof a);
        memcpy(&b, second, sizeof b);
        EQUAL(a.d_ino, b.d_ino);
        EQUAL(a.d_namlen, b.d_namlen);
        EQUAL(memcmp(first + sizeof a, second + sizeof b, a.d_namlen), 0);
        cookie = a.d_next;
    }
    return done();
}
