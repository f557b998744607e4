/* The host allows few open files: EMFILE, also where walking a path needs one, and everything works again afterwards.
 * args: ["20"]
 */
#include "expect.h"
#include <dirent.h>

int main(int argc, char **argv)
{
    int fds[1000], count = 0, limit = atoi(argv[1]);
    struct stat status;
    OK(mkdir("dir", 0777));
    OK(mkdir("dir/nested", 0777));
    WRITE("dir/nested/file", "text");
    DIR *directory = opendir("dir");
    while (count < 1000 && (fds[count] = open("dir/nested/file", O_RDWR)) >= 0)
        count++;
    EQUAL(errno, EMFILE);
    TRUE(count > 0 && count < limit);
    for (int round = 0; round < 100; round++) {
        FAILS(EMFILE, stat("dir/nested/file", &status) || open("dir/nested/file", O_RDONLY) < 0 ? -1 : 0);
        FAILS(EMFILE, rename("dir/nested/file", "dir/nested/../../file"));
        FAILS(EMFILE, open("dir/nested", O_RDONLY | O_DIRECTORY));
    }
    /* More clocks than there may be open files. */
    __wasi_subscription_t wishes[100] = {{.userdata = 100, .u = {.tag = __WASI_EVENTTYPE_FD_READ, .u.fd_read = {.file_descriptor = fds[0]}}}};
    __wasi_event_t events[100];
    __wasi_size_t ready = 0;
    for (int i = 1; i < 100; i++)
        wishes[i] = (__wasi_subscription_t){.userdata = i, .u = {.tag = __WASI_EVENTTYPE_CLOCK, .u.clock = {.id = __WASI_CLOCKID_MONOTONIC, .timeout = 20000000000ull}}};
    RAW(0, __wasi_poll_oneoff(wishes, events, 100, &ready));
    EQUAL(ready, 1);
    EQUAL(events[0].userdata, 100);
    int entries = 0;
    while (readdir(directory) != NULL)
        entries++;
    EQUAL(entries, 3);
    OK(fstat(fds[0], &status));
    EQUAL(pwrite(fds[count - 1], "TEXT", 4, 0), 4);
    for (int i = 0; i < count; i++)
        OK(close(fds[i]));
    HOLDS("dir/nested/file", "TEXT");
    /* As many again: nothing was lost on the way. */
    for (int i = 0; i < count; i++)
        fds[i] = OK(open("dir/nested/file", O_RDONLY));
    return done();
}
