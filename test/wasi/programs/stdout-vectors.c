/* fd_write gathers its parts in order and answers their total, with empty parts among them.
 * stdout:
 *   one two three
 */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_ciovec_t parts[5] = {
        {(const uint8_t *)"one ", 4}, {NULL, 0}, {(const uint8_t *)"two ", 4}, {(const uint8_t *)"", 0}, {(const uint8_t *)"three\n", 6},
    };
    __wasi_size_t written = 0;
    RAW(0, __wasi_fd_write(1, parts, 5, &written));
    EQUAL(written, 14);
    RAW(0, __wasi_fd_write(1, parts, 0, &written));
    EQUAL(written, 0);
    return done();
}
