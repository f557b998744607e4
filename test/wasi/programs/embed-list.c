/* An embedded directory lists its entries in the order of their bytes, however small the buffer is.
 * grants: embed
 * stdout:
 *   . 3
 *   .. 3
 *   data.bin 4
 *   dir 3
 *   empty.txt 4
 *   hello.txt 4
 *   many 3
 *   nothing 3
 *   ümläut.txt 4
 */
#include "expect.h"
#include <dirent.h>

int main(int argc, char **argv)
{
    DIR *share = opendir("/share");
    for (struct dirent *entry; (entry = readdir(share));)
        printf("%s %d\n", entry->d_name, entry->d_type);
    int count = 0, fd = OK(open("/share/many", O_RDONLY | O_DIRECTORY));
    __wasi_dircookie_t cookie = 0;
    char buffer[40], name[8];
    for (;;) {
        __wasi_dirent_t entry;
        __wasi_size_t used;
        RAW(0, __wasi_fd_readdir(fd, (uint8_t *)buffer, sizeof buffer, cookie, &used));
        if (used < sizeof entry) break;
        memcpy(&entry, buffer, sizeof entry);
        TRUE(used >= sizeof entry + entry.d_namlen);
        if (count >= 2) {
            snprintf(name, sizeof name, "%03d", count - 2);
            TRUE(memcmp(buffer + sizeof entry, name, 3) == 0);
        }
        cookie = entry.d_next;
        count++;
    }
    EQUAL(count, 302);
    EQUAL(closedir(share), 0);
    DIR *nothing = opendir("/share/nothing");
    TRUE(readdir(nothing) && readdir(nothing) && !readdir(nothing));
    return done();
}
