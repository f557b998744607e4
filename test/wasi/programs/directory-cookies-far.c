/* Behind a cookie that no entry has there is nothing, however large it is, and the listing goes on unharmed. */
#include "expect.h"

static const __wasi_dircookie_t far[] = {~0ull, ~0ull - 1, 1ull << 63, (1ull << 63) - 1, 1ull << 32, 1000000};

int main(int argc, char **argv)
{
    static uint8_t all[4096], again[4096];
    __wasi_size_t used, part;
    /* In a directory that was not read yet, in one that was, and in one that was read to its end. */
    for (int i = 0; i < 6; i++) {
        int fd = OK(open("dir", O_RDONLY | O_DIRECTORY));
        RAW(0, __wasi_fd_readdir(fd, all, sizeof all, far[i], &used));
        EQUAL(used, 0);
        RAW(0, __wasi_fd_readdir(fd, all, 40, 0, &used));
        EQUAL(used, 40);
        RAW(0, __wasi_fd_readdir(fd, again, sizeof again, far[i], &part));
        EQUAL(part, 0);
        RAW(0, __wasi_fd_readdir(fd, all, sizeof all, 0, &used));
        TRUE(used > 40);
        RAW(0, __wasi_fd_readdir(fd, again, sizeof again, far[i], &part));
        EQUAL(part, 0);
        RAW(0, __wasi_fd_readdir(fd, again, sizeof again, 0, &part));
        EQUAL(part, used);
        EQUAL(memcmp(all, again, used), 0);
        OK(close(fd));
    }
    return done();
}
