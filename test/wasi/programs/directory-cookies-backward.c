/* Entries read backward by their cookies are those read forward. */
#include "expect.h"

int main(int argc, char **argv)
{
    static uint8_t all[4096], one[300];
    static __wasi_dircookie_t cookies[64];
    static size_t places[64];
    __wasi_size_t used, part;
    __wasi_dirent_t entry;
    int count = 0;
    RAW(0, __wasi_fd_readdir(3, all, sizeof all, 0, &used));
    for (size_t at = 0; at < used; at += sizeof entry + entry.d_namlen) {
        memcpy(&entry, all + at, sizeof entry);
        places[count] = at;
        cookies[++count] = entry.d_next;
    }
    TRUE(count >= 6);
    for (int i = count - 1; i >= 0; i--) {
        memcpy(&entry, all + places[i], sizeof entry);
        RAW(0, __wasi_fd_readdir(3, one, sizeof entry + entry.d_namlen, cookies[i], &part));
        EQUAL(memcmp(one, all + places[i], part), 0);
    }
    RAW(0, __wasi_fd_readdir(3, one, sizeof one, ~0ull, &part));
    EQUAL(part, 0);
    return done();
}
