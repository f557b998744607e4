/* fd_read fills several buffers in order and skips empty ones.
 * stdin: "abcdefgh"
 */
#include "expect.h"

int main(int argc, char **argv)
{
    char first[3] = "", second[4] = "";
    __wasi_iovec_t parts[3] = {{(uint8_t *)first, 3}, {NULL, 0}, {(uint8_t *)second, 4}};
    size_t total = 0;
    while (total < 7) { /* a pipe may give less at once */
        __wasi_iovec_t rest[3];
        size_t skip = total, got = 0;
        for (int i = 0; i < 3; i++) {
            size_t cut = skip < parts[i].buf_len ? skip : parts[i].buf_len;
            rest[i] = (__wasi_iovec_t){parts[i].buf + cut, parts[i].buf_len - cut};
            skip -= cut;
        }
        RAW(0, __wasi_fd_read(0, rest, 3, &got));
        if (got == 0)
            break;
        total += got;
    }
    EQUAL(memcmp(first, "abc", 3), 0);
    EQUAL(memcmp(second, "defg", 4), 0);
    return done();
}
