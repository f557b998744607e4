/* Modules of 2019 import wasi_unstable, where fd_seek, file status and clocks are laid out otherwise.
 * grants: own
 */
#include "expect.h"

#define OLD(name) __attribute__((import_module("wasi_unstable"), import_name(#name)))

OLD(fd_seek) int old_seek(int fd, long long offset, int whence, unsigned long long *result);
OLD(fd_filestat_get) int old_status(int fd, void *result);
OLD(path_filestat_get) int old_path_status(int fd, int flags, const char *path, int size, void *result);
OLD(fd_read) int old_read(int fd, const void *iovecs, int count, int *result);
OLD(fd_write) int old_write(int fd, const void *iovecs, int count, int *result);
OLD(poll_oneoff) int old_poll(const void *subscriptions, void *events, int count, int *result);
OLD(clock_time_get) int old_time(int clock, long long precision, unsigned long long *result);
OLD(proc_exit) _Noreturn void old_exit(int code);

struct old_filestat {
    unsigned long long device, inode;
    unsigned char type;
    unsigned int links;
    unsigned long long size, accessed, modified, changed;
};

struct old_subscription {
    unsigned long long userdata;
    unsigned char type;
    unsigned long long identifier_or_fd;
    unsigned int clock;
    unsigned long long timeout, precision;
    unsigned short flags;
};

_Static_assert(sizeof(struct old_filestat) == 56, "filestat");
_Static_assert(sizeof(struct old_subscription) == 56, "subscription");

int main(int argc, char **argv)
{
    unsigned long long at = 0, before = 0, after = 0;
    int fd = OK(open("/hello.txt", O_RDONLY)), size = 0;
    char text[8] = "";
    struct { char *base; int size; } iovec = {text, 4};
    RAW(0, old_seek(fd, -6, 1, &at)); /* from the end */
    EQUAL(at, 7);
    RAW(0, old_read(fd, &iovec, 1, &size));
    TRUE(strcmp(text, "file") == 0);
    RAW(0, old_seek(fd, 1, 0, &at)); /* from here */
    EQUAL(at, 12);
    RAW(0, old_seek(fd, 1, 2, &at)); /* from the beginning */
    EQUAL(at, 1);
    RAW(EINVAL, old_seek(fd, 1, 3, &at));

    struct old_filestat status;
    RAW(0, old_status(fd, &status));
    EQUAL(status.size, 13);
    EQUAL(status.links, 1);
    EQUAL(status.type, __WASI_FILETYPE_REGULAR_FILE);
    struct old_filestat same;
    RAW(0, old_path_status(3, 0, "hello.txt", 9, &same));
    TRUE(memcmp(&status.inode, &same.inode, 8) == 0 && same.size == 13 && same.modified == status.modified);

    struct old_subscription waits[2] = {
        {.userdata = 7, .type = __WASI_EVENTTYPE_CLOCK, .clock = __WASI_CLOCKID_MONOTONIC, .timeout = 20000000},
        {.userdata = 8, .type = __WASI_EVENTTYPE_FD_READ, .identifier_or_fd = fd},
    };
    __wasi_event_t events[2];
    RAW(0, old_time(__WASI_CLOCKID_MONOTONIC, 1, &before));
    RAW(0, old_poll(waits, events, 1, &size));
    RAW(0, old_time(__WASI_CLOCKID_MONOTONIC, 1, &after));
    EQUAL(size, 1);
    EQUAL(events[0].userdata, 7);
    TRUE(after - before >= 20000000);
    RAW(0, old_poll(waits, events, 2, &size));
    EQUAL(size, 1);
    EQUAL(events[0].userdata, 8);
    old_exit(done());
}
