/* Eight threads open, write, read, list and close files of their own at once, and find what they wrote. */
#include "spawn.h"
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <wasi/api.h>

#define THREADS 8
#define ROUNDS 200
#define DIRECTORY 3

static _Atomic int failures, first_line, started;

static void check_at(int good, int line)
{
    int none = 0;
    if (good) return;
    failures++;
    atomic_compare_exchange_strong(&first_line, &none, line);
}
#define check(condition) check_at(condition, __LINE__)

static const __wasi_rights_t rights = __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE | __WASI_RIGHTS_FD_SEEK |
                                      __WASI_RIGHTS_FD_FILESTAT_GET;

static void name_of(char *name, int thread, int round)
{
    memcpy(name, "file-00-00", 11);
    name[5] = '0' + thread / 10, name[6] = '0' + thread % 10;
    name[8] = '0' + round / 10 % 10, name[9] = '0' + round % 10;
}

static __wasi_fd_t create(const char *name)
{
    __wasi_fd_t fd = 0;
    check(__wasi_path_open(DIRECTORY, 0, name, __WASI_OFLAGS_CREAT | __WASI_OFLAGS_TRUNC, rights, 0, 0, &fd) == 0);
    return fd;
}

/* How many entries of the directory begin with the first `size` bytes of `name`. */
static int count(const char *name, size_t size)
{
    uint8_t buffer[700];
    __wasi_dircookie_t cookie = 0;
    __wasi_size_t used;
    __wasi_fd_t fd = 0;
    int found = 0;
    if (__wasi_path_open(DIRECTORY, 0, ".", __WASI_OFLAGS_DIRECTORY, __WASI_RIGHTS_FD_READDIR, 0, 0, &fd)) return -1;
    for (;;) {
        __wasi_dirent_t entry;
        size_t at = 0;
        if (__wasi_fd_readdir(fd, buffer, sizeof buffer, cookie, &used)) return -1;
        while (at + sizeof entry <= used) {
            memcpy(&entry, buffer + at, sizeof entry);
            at += sizeof entry + entry.d_namlen;
            if (at > used) break;
            found += entry.d_namlen > size && memcmp(buffer + at - entry.d_namlen, name, size) == 0;
            cookie = entry.d_next;
        }
        if (used < sizeof buffer) break;
    }
    check(__wasi_fd_close(fd) == 0);
    return found;
}

static void work(int thread)
{
    char name[11], text[16], back[16];
    started++;
    while (started < THREADS) sched_yield();
    for (int round = 0; round < ROUNDS; round++) {
        __wasi_ciovec_t out = {(const uint8_t *)text, sizeof text};
        __wasi_iovec_t in = {(uint8_t *)back, sizeof back};
        __wasi_filesize_t place;
        __wasi_filestat_t status;
        __wasi_size_t done = 0;
        name_of(name, thread, round);
        memset(text, 'a' + thread, sizeof text);
        memset(back, 0, sizeof back);
        __wasi_fd_t fd = create(name);
        check(__wasi_fd_write(fd, &out, 1, &done) == 0 && done == sizeof text);
        check(__wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &place) == 0 && place == 0);
        check(__wasi_fd_read(fd, &in, 1, &done) == 0 && done == sizeof text);
        check(memcmp(text, back, sizeof text) == 0);
        check(__wasi_fd_filestat_get(fd, &status) == 0 && status.size == sizeof text);
        check(__wasi_fd_close(fd) == 0);
        check(round % 10 || count(name, 8) == round % 10 + 1);
        if (round % 10 != 9) continue;
        for (int i = round - 9; i <= round; i++) {
            name_of(name, thread, i);
            check(__wasi_path_unlink_file(DIRECTORY, name) == 0);
        }
    }
}

int main(void)
{
    for (int i = 0; i < THREADS; i++) check(spawn(i, work));
    for (int i = 0; i < THREADS; i++) spawn_wait(i);
    printf("%d failures, %d files left\n", failures, count("file-", 5));
    if (failures) printf("the first in line %d\n", first_line);
    return 0;
}
