/* A number is given to one file after the other while threads read it, and others open and close files: what is read is
 * always of the files that had the number. */
#include "spawn.h"
#include <sched.h>
#include <stdio.h>
#include <wasi/api.h>

#define READERS 3
#define STRANGERS 3
#define ROUNDS 1000
#define DIRECTORY 3

static _Atomic int failures, started, done;
static __wasi_fd_t number;

static __wasi_fd_t open_file(const char *name)
{
    __wasi_fd_t fd = 0;
    if (__wasi_path_open(DIRECTORY, 0, name, __WASI_OFLAGS_CREAT,
            __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE | __WASI_RIGHTS_FD_SEEK, 0, 0, &fd))
        failures++;
    return fd;
}

static void fill(const char *name, char byte)
{
    __wasi_ciovec_t out = {(const uint8_t *)&byte, 1};
    __wasi_size_t size;
    __wasi_fd_t fd = open_file(name);
    for (int i = 0; i < 64; i++)
        failures += __wasi_fd_write(fd, &out, 1, &size) != 0;
    failures += __wasi_fd_close(fd) != 0;
}

static void start(void)
{
    started++;
    while (started < 1 + READERS + STRANGERS) sched_yield();
}

static void reader(int thread)
{
    (void)thread;
    start();
    while (!done) {
        char bytes[64] = "";
        __wasi_iovec_t in = {(uint8_t *)bytes, sizeof bytes};
        __wasi_size_t size = 0;
        failures += __wasi_fd_pread(number, &in, 1, 0, &size) != 0 || size != 64;
        for (int i = 0; i < 64; i++) failures += bytes[i] != 'a';
    }
}

static void stranger(int thread)
{
    (void)thread;
    start();
    while (!done) failures += __wasi_fd_close(open_file("strange")) != 0;
}

int main(void)
{
    fill("own", 'a');
    fill("strange", 'c');
    number = open_file("own");
    for (int i = 0; i < READERS; i++) spawn(i, reader);
    for (int i = 0; i < STRANGERS; i++) spawn(READERS + i, stranger);
    start();
    for (int i = 0; i < ROUNDS; i++) failures += __wasi_fd_renumber(open_file("own"), number) != 0;
    done = 1;
    for (int i = 0; i < READERS + STRANGERS; i++) spawn_wait(i);
    printf("%d failures\n", failures);
    return 0;
}
