/* Five hundred entries are each seen once, with a buffer for only a few at a time. */
#include "expect.h"

int main(int argc, char **argv)
{
    enum { COUNT = 500 };
    static char seen[COUNT];
    char name[64];
    OK(mkdir("many", 0777));
    for (int i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "many/entry-with-a-long-name-%d", i);
        WRITE(name, "");
    }
    int fd = OK(open("many", O_RDONLY | O_DIRECTORY));
    uint8_t buffer[200];
    __wasi_dircookie_t cookie = 0;
    for (;;) {
        __wasi_size_t used = 0;
        RAW(0, __wasi_fd_readdir(fd, buffer, sizeof buffer, cookie, &used));
        if (used == 0 || failures > 0)
            break;
        for (size_t at = 0; at + sizeof(__wasi_dirent_t) <= used;) {
            __wasi_dirent_t entry;
            memcpy(&entry, buffer + at, sizeof entry);
            if (at + sizeof entry + entry.d_namlen > used)
                break;
            int number = -1;
            memcpy(name, buffer + at + sizeof entry, entry.d_namlen);
            name[entry.d_namlen] = 0;
            if (sscanf(name, "entry-with-a-long-name-%d", &number) == 1)
                seen[number]++;
            cookie = entry.d_next;
            at += sizeof entry + entry.d_namlen;
        }
        if (used < sizeof buffer)
            break;
    }
    for (int i = 0; i < COUNT; i++)
        if (seen[i] != 1) {
            EQUAL(seen[i], 1);
            break;
        }
    return done();
}
