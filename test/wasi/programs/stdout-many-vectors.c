/* More parts than a kernel takes at once (1024) are still written, in order, as far as the answer says.
 * stdout-bytes: 3000
 */
#include "expect.h"

int main(int argc, char **argv)
{
    static __wasi_ciovec_t parts[3000];
    static uint8_t text[3000];
    for (int i = 0; i < 3000; i++) {
        text[i] = i % 60 == 59 ? '\n' : 'a' + i % 26;
        parts[i] = (__wasi_ciovec_t){text + i, 1};
    }
    for (size_t at = 0; at < 3000;) {
        __wasi_size_t written = 0;
        RAW(0, __wasi_fd_write(1, parts + at, 3000 - at, &written));
        if (written == 0)
            return 1;
        at += written;
    }
    return done();
}
