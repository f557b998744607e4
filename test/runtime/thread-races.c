/* The WASI calls of several threads, for ThreadSanitizer: threads of the host open, write, read, list, poll, rename and close
 * files, each in a part of the memory of its own, while they close and renumber what they find open.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define WASM_LIBRARY
#define WASM_THREADED
#define WASM_EMBED
#include "../../runtime/runtime.c"

enum { THREADS = 8, ROUNDS = 300, PART = 0x10000, ROOT = 3, SHARE = 4 };

static struct wasm_memory memory;
static u32 failures;

static void expect(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    __atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED);
}

/* Where in a part lie: a path, a result, iovecs, and a buffer. */
enum { PATH = 0, RESULT = 64, IOVEC = 72, BUFFER = 256, BUFFER_SIZE = 4096 };

static u32 put_path(u32 part, const char *text)
{
    memcpy(memory.base + part + PATH, text, strlen(text));
    return (u32)strlen(text);
}

static u32 result_of(u32 part)
{
    u32 result;
    memcpy(&result, memory.base + part + RESULT, sizeof result);
    return result;
}

static u32 open_at(u32 part, u32 directory, const char *name, u32 oflags, u64 rights, u32 *number)
{
    u32 size = put_path(part, name);
    u32 error = wasi_snapshot_preview1__path_open(
        directory, 0, part + PATH, size, oflags, rights, 0, 0, part + RESULT);
    *number = result_of(part);
    return error;
}

/* Reads or writes `size` bytes of the buffer. */
static u32 transfer(u32 (*call)(u32, u32, u32, u32), u32 part, u32 number, u32 size)
{
    const struct wasi_iovec iovec = {part + BUFFER, size};
    memcpy(memory.base + part + IOVEC, &iovec, sizeof iovec);
    return call(number, part + IOVEC, 1, part + RESULT);
}

static u32 list(u32 part, u32 directory)
{
    u32 number, error = open_at(part, directory, ".", WASI_OFLAG_DIRECTORY, WASI_RIGHT_FD_READDIR, &number);
    if (error)
        return error;
    error = wasi_snapshot_preview1__fd_readdir(number, part + BUFFER, BUFFER_SIZE, 0, part + RESULT);
    return error ? error : wasi_snapshot_preview1__fd_close(number);
}

/* Whether a file can be read, or a millisecond has passed. */
static u32 poll_for(u32 part, u32 number)
{
    struct wasi_subscription wanted[2] = {{.type = WASI_EVENT_FD_READ}, {.type = WASI_EVENT_CLOCK}};
    wanted[0].fd = number;
    wanted[1].clock.id = PROCESS_CLOCK_MONOTONIC;
    wanted[1].clock.timeout = 1000000;
    memcpy(memory.base + part + BUFFER, wanted, sizeof wanted);
    return wasi_snapshot_preview1__poll_oneoff(part + BUFFER, part + BUFFER + 1024, 2, part + RESULT);
}

static void round_of(u32 thread, u32 part)
{
    const u64 rights = WASI_RIGHT_FD_READ | WASI_RIGHT_FD_WRITE | WASI_RIGHT_FD_SEEK | WASI_RIGHT_POLL_FD_READWRITE;
    char name[16], other[16];
    u32 number, shared;
    snprintf(name, sizeof name, "file-%u", thread);
    snprintf(other, sizeof other, "other-%u", thread);
    if (open_at(part, ROOT, name, WASI_OFLAG_CREAT, rights, &number)) {
        expect(false, "a file is not opened");
        return;
    }
    memset(memory.base + part + BUFFER, (int)thread, 64);
    expect(transfer(wasi_snapshot_preview1__fd_write, part, number, 64) == 0, "not written");
    expect(wasi_snapshot_preview1__fd_seek(number, 0, WASI_WHENCE_SET, part + RESULT) == 0, "not sought");
    expect(transfer(wasi_snapshot_preview1__fd_read, part, number, 64) == 0 && result_of(part) == 64, "not read");
    expect(poll_for(part, number) == 0, "not polled");
    expect(list(part, ROOT) == 0 && list(part, SHARE) == 0, "not listed");
    expect(open_at(part, SHARE, "name", 0, WASI_RIGHT_FD_READ, &shared) == 0, "an embedded file is not opened");
    expect(transfer(wasi_snapshot_preview1__fd_read, part, shared, 64) == 0 && result_of(part) == 6, "not its size");
    expect(memcmp(memory.base + part + BUFFER, "inside", 6) == 0, "not what is in it");
    expect(wasi_snapshot_preview1__fd_renumber(shared, number) == 0, "not renumbered");
    expect(wasi_snapshot_preview1__fd_close(number) == 0, "not closed");
    u32 size = put_path(part, name);
    memcpy(memory.base + part + BUFFER, other, sizeof other);
    u32 error = wasi_snapshot_preview1__path_rename(ROOT, part + PATH, size, ROOT, part + BUFFER, (u32)strlen(other));
    expect(error == 0, "not renamed");
    wasm_memory_grow(&memory, 1);
}

static void *work(void *given)
{
    u32 thread = (u32)(u64)given;
    for (u32 i = 0; i < ROUNDS; i++)
        round_of(thread, thread * PART);
    return NULL;
}

/* A pipe that is closed while others wait for it, whose number goes to a file: they read what is in the pipe. */
static void *read_pipe(void *given)
{
    u32 part = (u32)(u64)given * PART;
    expect(transfer(wasi_snapshot_preview1__fd_read, part, 0, 1) == 0 && result_of(part) == 1, "the pipe is not read");
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    u32 number;
    wasm_memory_create(&memory, NULL, THREADS, 0x10000);
    wasm_wasi_memory = &memory;
    for (u64 i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, work, (void *)i);
    for (u32 i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (u64 i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, read_pipe, (void *)i);
    struct timespec moment = {0, 50000000};
    nanosleep(&moment, NULL);
    expect(wasi_snapshot_preview1__fd_close(0) == 0, "a pipe that is waited for is not closed");
    expect(open_at(0x70000, ROOT, "file", WASI_OFLAG_CREAT, WASI_RIGHT_FD_READ, &number) == 0 && number == 0,
        "its number is not free");
    puts("closed");
    fflush(stdout);
    for (u32 i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    printf("%u failures\n", failures);
    return 0;
}
