/* A thread that waits for input and one that polls it let others make calls; even the file that is waited for may be closed,
 * and its number given to another file. */
#include "spawn.h"
#include <stdio.h>
#include <wasi/api.h>

#define DIRECTORY 3

static char got;
static int read_error, poll_error;
static _Atomic int waiting;

static void reader(int thread)
{
    __wasi_iovec_t in = {(uint8_t *)&got, 1};
    __wasi_size_t done;
    (void)thread;
    waiting++;
    read_error = __wasi_fd_read(0, &in, 1, &done);
}

static void poller(int thread)
{
    __wasi_subscription_t wanted = {.u = {.tag = __WASI_EVENTTYPE_FD_READ, .u.fd_read.file_descriptor = 0}};
    __wasi_event_t event;
    __wasi_size_t done;
    (void)thread;
    waiting++;
    poll_error = __wasi_poll_oneoff(&wanted, &event, 1, &done);
}

static void sleeper(int milliseconds)
{
    __wasi_subscription_t wanted = {.u = {.tag = __WASI_EVENTTYPE_CLOCK,
                                        .u.clock = {.id = __WASI_CLOCKID_MONOTONIC, .timeout = milliseconds * 1000000ull}}};
    __wasi_event_t event;
    __wasi_size_t done;
    __wasi_poll_oneoff(&wanted, &event, 1, &done);
}

static int open_file(const char *name, __wasi_fd_t *fd)
{
    return __wasi_path_open(DIRECTORY, 0, name, __WASI_OFLAGS_CREAT,
        __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE | __WASI_RIGHTS_FD_TELL, 0, 0, fd);
}

static void say(const char *text, size_t size)
{
    __wasi_ciovec_t out = {(const uint8_t *)text, size};
    __wasi_size_t done;
    __wasi_fd_write(1, &out, 1, &done);
}

int main(void)
{
    __wasi_ciovec_t out = {(const uint8_t *)"file", 4};
    __wasi_size_t done;
    __wasi_filesize_t place;
    __wasi_fd_t fd = 0;
    int failures = 0;
    spawn(0, reader);
    spawn(1, poller);
    while (waiting < 2) sleeper(1);
    sleeper(50);
    for (int i = 0; i < 20; i++) {
        failures += open_file("other", &fd) != 0;
        failures += __wasi_fd_close(fd) != 0;
    }
    failures += __wasi_fd_close(0) != 0;
    failures += open_file("other", &fd) != 0;
    failures += fd != 0;
    failures += __wasi_fd_write(fd, &out, 1, &done) != 0 || done != 4;
    say("others go on\n", 13);
    spawn_wait(0);
    spawn_wait(1);
    failures += __wasi_fd_seek(fd, 0, __WASI_WHENCE_CUR, &place) != 0 || place != 4;
    printf("read %c: %d, polled: %d, failures: %d\n", got, read_error, poll_error, failures);
    return 0;
}
