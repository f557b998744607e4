/* wasi:io, and the streams of wasi:cli. */
#include "io.h"
#include "preview1.h"

#define IO_STREAMS "wasi:io/streams@0.2"
#define IO_POLL "wasi:io/poll@0.2"

static struct file *file_new(u32 fd) {
    struct file *file = allocate(sizeof *file);
    *file = (struct file){.fd = fd, .uses = 1};
    return file;
}

static struct file *file_use(struct file *file) {
    file->uses++;
    return file;
}

static void file_drop(struct file *file) {
    if (--file->uses)
        return;
    /* The standard streams stay: there may be more handles to them. */
    if (file->fd > 2)
        fd_close(file->fd);
    release(file, sizeof *file);
}

static struct stream *stream_new(struct file *file, u8 kind, u64 offset) {
    struct stream *stream = allocate(sizeof *stream);
    *stream = (struct stream){.file = file, .kind = kind, .offset = offset};
    return stream;
}

static void stream_drop(struct stream *stream) {
    file_drop(stream->file);
    release(stream, sizeof *stream);
}

HOST("wasi:cli/stdin@0.2", "get-stdin") struct stream *get_stdin(void) {
    return stream_new(file_new(0), STREAM_PLAIN, 0);
}
HOST("wasi:cli/stdout@0.2", "get-stdout") struct stream *get_stdout(void) {
    return stream_new(file_new(1), STREAM_PLAIN, 0);
}
HOST("wasi:cli/stderr@0.2", "get-stderr") struct stream *get_stderr(void) {
    return stream_new(file_new(2), STREAM_PLAIN, 0);
}
HOST(IO_STREAMS, "[resource-drop]input-stream") void input_drop(struct stream *stream) {
    stream_drop(stream);
}
HOST(IO_STREAMS, "[resource-drop]output-stream") void output_drop(struct stream *stream) {
    stream_drop(stream);
}

/* Errors. */

struct error {
    u32 code;
};

HOST("wasi:io/error@0.2", "[resource-drop]error") void error_drop(struct error *error) {
    release(error, sizeof *error);
}

HOST("wasi:io/error@0.2", "[method]error.to-debug-string") struct bytes *error_text(struct error *error) {
    host_begin();
    struct bytes *result = scratch(sizeof *result, 4);
    u8 *text = scratch(16, 1);
    u32 size = 0;
    for (const char *start = "errno "; *start; start++)
        text[size++] = (u8)*start;
    if (error->code >= 10)
        text[size++] = (u8)('0' + error->code / 10);
    text[size++] = (u8)('0' + error->code % 10);
    *result = (struct bytes){text, size};
    return result;
}

static u32 error_code(u32 error) {
    return ((struct error *)error)->code;
}

static struct stream_error stream_failed(u32 code) {
    if (code == WASI_SUCCESS || code == WASI_EPIPE)
        return (struct stream_error){.closed = 1};
    struct error *error = allocate(sizeof *error);
    error->code = code;
    return (struct stream_error){.error = (u32)error};
}

/* Polling. */

struct pollable {
    u8 kind;
    u32 fd;
    u64 time;
#ifdef WASM_NET
    struct pollable_source *source;
#endif
};

static struct pollable *pollable_new(u8 kind, u32 fd, u64 time) {
    struct pollable *pollable = allocate(sizeof *pollable);
    *pollable = (struct pollable){.kind = kind, .fd = fd, .time = time};
    return pollable;
}

#ifdef WASM_NET
static struct pollable *pollable_of(struct pollable_source *source) {
    struct pollable *pollable = pollable_new(POLL_SOURCE, 0, 0);
    pollable->source = source;
    source->uses++;
    return pollable;
}

static void source_drop(struct pollable_source *source) {
    if (--source->uses == 0)
        source_free(source);
}
#endif

HOST(IO_POLL, "[resource-drop]pollable") void pollable_drop(struct pollable *pollable) {
#ifdef WASM_NET
    if (pollable->kind == POLL_SOURCE)
        source_drop(pollable->source);
#endif
    release(pollable, sizeof *pollable);
}

static struct subscription subscription_of(const struct pollable *pollable, u64 userdata) {
    struct subscription result = {.userdata = userdata};
#ifdef WASM_NET
    struct pollable now = *pollable;
    if (now.kind == POLL_SOURCE) {
        now.kind = pollable->source->kind;
        now.fd = pollable->source->fd;
        pollable = &now;
    }
#endif
    if (pollable->kind == POLL_READ || pollable->kind == POLL_WRITE) {
        result.type = pollable->kind == POLL_READ ? EVENT_READ : EVENT_WRITE;
        result.fd = pollable->fd;
        return result;
    }
    /* What is ready has waited for a time that is over. */
    result.clock.timeout = pollable->kind == POLL_TIME ? pollable->time : 0;
    return result;
}

struct indices {
    u32 *at;
    u32 count;
};

#define POLLABLES_MAX (1u << 20)
/* The system takes so many descriptors at once. */
#define POLLED_MAX 4000u
#define POLL_TURN 10000000u
#define NEVER (~(u64)0)

static u64 poll_now(void) {
    u64 now = 0;
    clock_time_get(CLOCK_MONOTONIC, 1, &now);
    return now;
}

/* Waits for the first of so many descriptors, or until the time. False if none is ready. */
static bool wait_for_part(struct subscription *in, struct event *out, u32 count, u64 until, bool *ready) {
    struct subscription next = in[count];
    bool found = false;
    u32 done = 0;
    in[count] = (struct subscription){
        .userdata = NEVER, .clock = {.id = CLOCK_MONOTONIC, .timeout = until, .flags = SUBSCRIPTION_ABSOLUTE}};
    u32 error = poll_oneoff(in, out, count + (until != NEVER || !count), &done);
    in[count] = next;
    if (error)
        fail(TRAP_SYSTEM, error);
    for (u32 i = 0; i < done; i++)
        if (out[i].userdata != NEVER)
            ready[out[i].userdata] = found = true;
    return found;
}

/* Of more descriptors than the system takes all are looked at, and some are waited for, each time others. */
static void wait_for_descriptors(struct subscription *in, u32 count, u64 until, bool *ready) {
    struct event *out = scratch(((count < POLLED_MAX ? count : POLLED_MAX) + 1) * sizeof *out, 8);
    bool found = false;
    if (count <= POLLED_MAX) {
        wait_for_part(in, out, count, until, ready);
        return;
    }
    for (u32 turn = 0; !found; turn = turn + POLLED_MAX < count ? turn + POLLED_MAX : 0) {
        for (u32 at = 0; at < count; at += POLLED_MAX)
            found |= wait_for_part(in + at, out, count - at < POLLED_MAX ? count - at : POLLED_MAX, 0, ready);
        const u64 now = poll_now(), end = now + POLL_TURN < until ? now + POLL_TURN : until;
        if (found || now >= until)
            return;
        const u32 part = count - turn < POLLED_MAX ? count - turn : POLLED_MAX;
        found = wait_for_part(in + turn, out, part, end, ready);
    }
}

/* Which of them are ready; waits for the first. What cannot be waited for is: the call that follows says why. Of all times
   only the first is asked for. */
static struct indices wait_for(struct pollable *const *list, u32 count, bool wait) {
    if (count > POLLABLES_MAX)
        fail(TRAP_SYSTEM, WASI_EINVAL);
    struct subscription *in = scratch((count + 1) * sizeof *in, 8);
    struct indices result = {scratch(count * sizeof(u32), 4), 0};
    bool *ready = scratch(count, 1);
    __builtin_memset(ready, 0, count);
    u64 until = wait ? NEVER : 0;
    u32 polled = 0;
    for (u32 i = 0; i < count; i++) {
        in[polled] = subscription_of(list[i], i);
        if (in[polled].type != EVENT_CLOCK)
            polled++;
        else if (in[polled].clock.timeout < until)
            until = in[polled].clock.timeout;
    }
    wait_for_descriptors(in, polled, until, ready);
    const u64 now = polled < count ? poll_now() : 0;
    for (u32 i = 0; i < count; i++) {
        const struct subscription subscription = subscription_of(list[i], i);
        if (subscription.type == EVENT_CLOCK ? subscription.clock.timeout <= now : ready[i])
            result.at[result.count++] = i;
    }
    return result;
}

HOST(IO_POLL, "poll") struct indices *poll(struct pollable **list, u32 count) {
    host_begin();
    if (!count)
        fail(TRAP_POLL_NOTHING, 0);
    struct indices *result = scratch(sizeof *result, 4);
    *result = wait_for(list, count, true);
    return result;
}

HOST(IO_POLL, "[method]pollable.ready") u32 pollable_ready(struct pollable *pollable) {
    host_begin();
    return pollable->kind == POLL_READY || wait_for(&pollable, 1, false).count > 0;
}

HOST(IO_POLL, "[method]pollable.block") void pollable_block(struct pollable *pollable) {
    host_begin();
    if (pollable->kind != POLL_READY)
        wait_for(&pollable, 1, true);
}

#ifdef WASM_NET
static bool fd_is_ready(u32 fd, u8 kind) {
    struct pollable pollable = {.kind = kind, .fd = fd}, *list = &pollable;
    return wait_for(&list, 1, false).count > 0;
}
#endif

/* Reading. */

#define READ_MAX (1u << 20)

static bool is_readable(const struct stream *stream) {
    struct pollable pollable = {.kind = POLL_READ, .fd = stream->file->fd}, *list = &pollable;
    return stream->kind != STREAM_PLAIN || wait_for(&list, 1, false).count > 0;
}

static u32 read_some(struct stream *stream, u8 *buffer, u32 size, u32 *done) {
    struct iovec iovec = {buffer, size};
    u32 error = WASI_ESPIPE;
    if (stream->kind == STREAM_AT)
        error = fd_pread(stream->file->fd, &iovec, 1, stream->offset, done);
    if (error == WASI_ESPIPE)
        error = fd_read(stream->file->fd, &iovec, 1, done);
    if (!error)
        stream->offset += *done;
    return error;
}

struct read_result {
    u8 failed;
    union {
        struct bytes bytes;
        struct stream_error error;
    };
};

static struct read_result *stream_read(struct stream *stream, u64 size, bool wait) {
    host_begin();
    struct read_result *result = scratch(sizeof *result, 4);
    u32 room = size < READ_MAX ? (u32)size : READ_MAX, done = 0;
    *result = (struct read_result){0};
    result->bytes.at = scratch(room, 1);
    if (!room || (!wait && !is_readable(stream)))
        return result;
    u32 error = read_some(stream, result->bytes.at, room, &done);
    if (!error && done)
        result->bytes.size = done;
    else if (error != WASI_EAGAIN)
        *result = (struct read_result){.failed = 1, .error = stream_failed(error)};
    return result;
}

HOST(IO_STREAMS, "[method]input-stream.read") struct read_result *input_read(struct stream *stream, u64 size) {
    return stream_read(stream, size, false);
}
HOST(IO_STREAMS, "[method]input-stream.blocking-read")
struct read_result *input_blocking_read(struct stream *stream, u64 size) {
    return stream_read(stream, size, true);
}

struct size_result {
    u8 failed;
    union {
        u64 size;
        struct stream_error error;
    };
};

static struct size_result *stream_skip(struct stream *stream, u64 size, bool wait) {
    struct read_result read = *stream_read(stream, size, wait);
    struct size_result *result = scratch(sizeof *result, 8);
    *result = (struct size_result){.failed = read.failed};
    if (read.failed)
        result->error = read.error;
    else
        result->size = read.bytes.size;
    return result;
}

HOST(IO_STREAMS, "[method]input-stream.skip") struct size_result *input_skip(struct stream *stream, u64 size) {
    return stream_skip(stream, size, false);
}
HOST(IO_STREAMS, "[method]input-stream.blocking-skip")
struct size_result *input_blocking_skip(struct stream *stream, u64 size) {
    return stream_skip(stream, size, true);
}
HOST(IO_STREAMS, "[method]input-stream.subscribe") struct pollable *input_subscribe(struct stream *stream) {
    return pollable_new(stream->kind == STREAM_PLAIN ? POLL_READ : POLL_READY, stream->file->fd, 0);
}

/* Writing. */

#define WRITE_MAX 65536u
/* A socket that can be written takes this much without waiting. */
#define SOCKET_WRITE_MAX 4096u

static u32 write_some(struct stream *stream, const u8 *bytes, u32 size, u32 *done) {
    struct iovec iovec = {(u8 *)bytes, size};
    u32 fd = stream->file->fd, error = WASI_ESPIPE;
    if (stream->kind == STREAM_AT)
        error = fd_pwrite(fd, &iovec, 1, stream->offset, done);
    else if (stream->kind == STREAM_APPEND) {
        struct fdstat stat;
        error = fd_fdstat_get(fd, &stat);
        if (!error && !(stat.flags & FDFLAG_APPEND))
            error = fd_fdstat_set_flags(fd, stat.flags | FDFLAG_APPEND);
        if (!error)
            error = fd_write(fd, &iovec, 1, done);
        if (!(stat.flags & FDFLAG_APPEND))
            fd_fdstat_set_flags(fd, stat.flags);
        return error;
    }
    if (error == WASI_ESPIPE)
        error = fd_write(fd, &iovec, 1, done);
    if (!error)
        stream->offset += *done;
    return error;
}

struct write_result {
    u8 failed;
    struct stream_error error;
};

static struct write_result *stream_write(struct stream *stream, const u8 *bytes, u32 size) {
    struct write_result *result = scratch(sizeof *result, 4);
    *result = (struct write_result){0};
    while (size) {
        u32 done = 0, error = write_some(stream, bytes, size, &done);
        if (error == WASI_EAGAIN) {
            struct pollable pollable = {.kind = POLL_WRITE, .fd = stream->file->fd}, *list = &pollable;
            wait_for(&list, 1, true);
            continue;
        }
        if (error || !done) {
            *result = (struct write_result){1, stream_failed(error ? error : WASI_EIO)};
            return result;
        }
        bytes += done;
        size -= done;
    }
    return result;
}

HOST(IO_STREAMS, "[method]output-stream.check-write") struct size_result *output_check(struct stream *stream) {
    host_begin();
    struct size_result *result = scratch(sizeof *result, 8);
    *result = (struct size_result){.size = WRITE_MAX};
#ifdef WASM_NET
    if (stream->kind == STREAM_SOCKET)
        result->size = fd_is_ready(stream->file->fd, POLL_WRITE) ? SOCKET_WRITE_MAX : 0;
#endif
    (void)stream;
    return result;
}

HOST(IO_STREAMS, "[method]output-stream.write")
struct write_result *output_write(struct stream *stream, const u8 *bytes, u32 size) {
    host_begin();
    return stream_write(stream, bytes, size);
}
HOST(IO_STREAMS, "[method]output-stream.blocking-write-and-flush")
struct write_result *output_write_and_flush(struct stream *stream, const u8 *bytes, u32 size) {
    host_begin();
    return stream_write(stream, bytes, size);
}

/* All was given to the system when it was written. */
HOST(IO_STREAMS, "[method]output-stream.flush") struct write_result *output_flush(struct stream *stream) {
    host_begin();
    return stream_write(stream, NULL, 0);
}
HOST(IO_STREAMS, "[method]output-stream.blocking-flush")
struct write_result *output_blocking_flush(struct stream *stream) {
    host_begin();
    return stream_write(stream, NULL, 0);
}
static bool is_waited_for(const struct stream *stream) {
#ifdef WASM_NET
    if (stream->kind == STREAM_SOCKET)
        return true;
#endif
    return stream->kind == STREAM_PLAIN;
}
HOST(IO_STREAMS, "[method]output-stream.subscribe") struct pollable *output_subscribe(struct stream *stream) {
    return pollable_new(is_waited_for(stream) ? POLL_WRITE : POLL_READY, stream->file->fd, 0);
}

static struct write_result *stream_zeroes(struct stream *stream, u64 size) {
    host_begin();
    if (size > WRITE_MAX)
        fail(TRAP_ZEROES, 0);
    u8 *zeroes = scratch((u32)size, 1);
    __builtin_memset(zeroes, 0, (u32)size);
    return stream_write(stream, zeroes, (u32)size);
}

HOST(IO_STREAMS, "[method]output-stream.write-zeroes")
struct write_result *output_zeroes(struct stream *stream, u64 size) {
    return stream_zeroes(stream, size);
}
HOST(IO_STREAMS, "[method]output-stream.blocking-write-zeroes-and-flush")
struct write_result *output_zeroes_and_flush(struct stream *stream, u64 size) {
    return stream_zeroes(stream, size);
}

static struct size_result *stream_splice(struct stream *to, struct stream *from, u64 size, bool wait) {
    struct read_result *read = stream_read(from, size < WRITE_MAX ? size : WRITE_MAX, wait);
    struct size_result *result = scratch(sizeof *result, 8);
    *result = (struct size_result){.failed = read->failed};
    if (read->failed) {
        result->error = read->error;
        return result;
    }
    struct write_result *written = stream_write(to, read->bytes.at, read->bytes.size);
    result->failed = written->failed;
    if (written->failed)
        result->error = written->error;
    else
        result->size = read->bytes.size;
    return result;
}

HOST(IO_STREAMS, "[method]output-stream.splice")
struct size_result *output_splice(struct stream *to, struct stream *from, u64 size) {
    return stream_splice(to, from, size, false);
}
HOST(IO_STREAMS, "[method]output-stream.blocking-splice")
struct size_result *output_blocking_splice(struct stream *to, struct stream *from, u64 size) {
    return stream_splice(to, from, size, true);
}

/* Times to wait for. */

HOST("wasi:clocks/monotonic-clock@0.2", "subscribe-instant") struct pollable *subscribe_instant(u64 time) {
    return pollable_new(POLL_TIME, 0, time);
}
HOST("wasi:clocks/monotonic-clock@0.2", "subscribe-duration") struct pollable *subscribe_duration(u64 duration) {
    u64 now = 0;
    clock_time_get(CLOCK_MONOTONIC, 1, &now);
    return pollable_new(POLL_TIME, 0, now + duration < now ? ~(u64)0 : now + duration);
}
