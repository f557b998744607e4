/* Waits for a granted address, a connection, a pipe, a file and clocks together, in steps that the other side follows by
 * what is printed. Standard input is a pipe; a directory is granted beside the address. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wasi/api.h>

#define LISTENER 3
#define INPUT 0
#define SECOND 1000000000ull
#define ABSOLUTE __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME

static __wasi_subscription_t wishes[16];
static __wasi_event_t events[16];
static __wasi_size_t count;

/* An event's userdata is its letter. */
static void wish_read(char letter, int fd)
{
    wishes[count++] = (__wasi_subscription_t){
        .userdata = letter, .u = {.tag = __WASI_EVENTTYPE_FD_READ, .u.fd_read = {.file_descriptor = fd}}};
}

static void wish_write(char letter, int fd)
{
    wishes[count++] = (__wasi_subscription_t){
        .userdata = letter, .u = {.tag = __WASI_EVENTTYPE_FD_WRITE, .u.fd_write = {.file_descriptor = fd}}};
}

static void wish_clock(char letter, __wasi_clockid_t id, __wasi_timestamp_t timeout, int flags)
{
    wishes[count++] = (__wasi_subscription_t){.userdata = letter,
        .u = {.tag = __WASI_EVENTTYPE_CLOCK, .u.clock = {.id = id, .timeout = timeout, .flags = flags}}};
}

static __wasi_timestamp_t now(__wasi_clockid_t id)
{
    __wasi_timestamp_t time;
    (void)!__wasi_clock_time_get(id, 1, &time);
    return time;
}

/* Takes the wishes; how many events there are. */
static __wasi_size_t wait_for_events(void)
{
    __wasi_size_t ready = 0;
    __wasi_errno_t error = __wasi_poll_oneoff(wishes, events, count, &ready);
    if (error)
        printf("error %d ", error);
    count = 0;
    return ready;
}

/* Waits and prints `title`, and of each event its letter, a size or an error, and '!' for a hangup. */
static void report(const char *title)
{
    __wasi_size_t ready = wait_for_events();
    printf("%s:", title);
    for (__wasi_size_t i = 0; i < ready; i++) {
        printf(" %c", (char)events[i].userdata);
        if (events[i].error)
            printf(" error %d", events[i].error);
        else if (events[i].type == __WASI_EVENTTYPE_FD_READ)
            printf(" %llu", events[i].fd_readwrite.nbytes);
        if (events[i].fd_readwrite.flags & __WASI_EVENTRWFLAGS_FD_READWRITE_HANGUP)
            printf("!");
    }
    printf("\n");
    fflush(stdout);
}

/* A clock ends the wait for files that are not ready, neither early nor by more than a second. */
static void time_out(const char *title, __wasi_clockid_t id, int flags)
{
    const __wasi_timestamp_t wait = SECOND / 20, start = now(id);
    wish_read('l', LISTENER);
    wish_read('i', INPUT);
    wish_clock('c', id, flags ? start + wait : wait, flags);
    wish_clock('d', __WASI_CLOCKID_MONOTONIC, 20 * SECOND, 0);
    report(title);
    __wasi_timestamp_t took = now(id) - start;
    if (took < wait || took > wait + SECOND)
        printf("after %llu ns\n", took);
}

static void all_kinds(int file)
{
    wish_clock('c', __WASI_CLOCKID_MONOTONIC, 20 * SECOND, 0);
    wish_read('l', LISTENER);
    wish_read('f', file);
    wish_read('i', INPUT);
    wish_write('g', file);
    wish_clock('d', __WASI_CLOCKID_REALTIME, now(__WASI_CLOCKID_REALTIME) + 20 * SECOND, ABSOLUTE);
    wish_read('x', 99);
    report("all kinds");
}

/* What comes at any time is seen sooner or later, once each. */
static void both(int connection)
{
    int seen = 0;
    while (seen != 3) {
        if (!(seen & 1)) wish_read('s', connection);
        if (!(seen & 2)) wish_read('i', INPUT);
        wish_read('l', LISTENER);
        wish_clock('c', __WASI_CLOCKID_MONOTONIC, 20 * SECOND, 0);
        __wasi_size_t ready = wait_for_events();
        for (__wasi_size_t i = 0; i < ready; i++) {
            int bit = events[i].userdata == 's' ? 1 : events[i].userdata == 'i' ? 2 : 4;
            if (bit == 4 || (seen & bit) || events[i].error)
                printf("unexpected %c error %d\n", (char)events[i].userdata, events[i].error);
            seen |= bit;
        }
    }
    printf("both came\n");
    fflush(stdout);
}

/* As often as asked for, though it is the same, and the same number may stand for several. */
static void twice(int connection)
{
    wish_read('s', connection);
    wish_read('i', INPUT);
    wish_read('s', INPUT);
    wish_read('s', connection);
    wish_clock('s', __WASI_CLOCKID_REALTIME, 0, 0);
    wish_clock('s', __WASI_CLOCKID_MONOTONIC, 1, ABSOLUTE);
    report("twice");
}

int main(int argc, char **argv)
{
    char text[16];
    int file = open("hello.txt", O_RDWR);
    if (file < 0) return perror("hello.txt"), 1;
    all_kinds(file);
    time_out("relative monotonic", __WASI_CLOCKID_MONOTONIC, 0);
    time_out("relative realtime", __WASI_CLOCKID_REALTIME, 0);
    time_out("absolute monotonic", __WASI_CLOCKID_MONOTONIC, ABSOLUTE);
    time_out("absolute realtime", __WASI_CLOCKID_REALTIME, ABSOLUTE);

    printf("connect\n");
    fflush(stdout);
    wish_read('l', LISTENER);
    wish_read('i', INPUT);
    wish_clock('c', __WASI_CLOCKID_MONOTONIC, 20 * SECOND, 0);
    report("connected");
    int connection = accept4(LISTENER, NULL, NULL, SOCK_NONBLOCK);
    wish_read('s', connection);
    wish_write('t', connection);
    wish_read('i', INPUT);
    wish_clock('c', __WASI_CLOCKID_MONOTONIC, 20 * SECOND, 0);
    report("accepted");

    printf("send\n");
    fflush(stdout);
    both(connection);
    twice(connection);
    /* All of four bytes are asked for, but not waited for. */
    printf("received %ld\n", (long)recv(connection, text, 4, MSG_WAITALL));
    printf("read %ld\n", (long)read(INPUT, text, sizeof text));

    printf("end\n");
    fflush(stdout);
    both(connection);
    shutdown(connection, SHUT_WR);
    wish_read('i', INPUT);
    wish_read('s', connection);
    report("ended");
    printf("received %ld, read %ld\n", (long)recv(connection, text, 4, 0), (long)read(INPUT, text, sizeof text));
    return 0;
}
