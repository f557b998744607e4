/* Streams of the system's. Each is a pump, that does what it can when the other side says where, when it drops its end, or when
   the system is ready; in between it waits without a thread or a buffer of its own. How it ended it says in a future. */
#include "tasks.h"

/* What the numbers of places mean: compiler/component/async/tasks.ts. */
enum { SITE_BYTES = 1, SITE_CLI_RESULT, SITE_FILE_RESULT, SITE_ENTRY, SITE_SOCKET_RESULT, SITE_SOCKET };
enum { PUMP_IN, PUMP_OUT, PUMP_FILE_IN, PUMP_FILE_OUT, PUMP_ENTRIES, PUMP_SOCKET_IN, PUMP_SOCKET_OUT, PUMP_ACCEPT };
#define PUMP_ROOM 0x10000u
/* As much is taken at once by what says that it can be written to. */
#define PIPE_ROOM 4096u

struct pump {
    struct system_wait wait;
    u8 kind;
    bool v6; /* of a socket that takes connections */
    struct shared *stream, *result; /* NULL: it has ended; there is none, or it was given */
    struct stream *file;
    struct entries *entries;
    u32 error;
    /* What another pump read, and this one could not write yet. */
    u8 *kept;
    u32 kept_at, kept_size;
};

/* What comes of a step: nothing to do, something to wait for, or the end. */
enum step { STEP_IDLE, STEP_READ, STEP_WRITE, STEP_LATER, STEP_NEXT, STEP_END };

struct stream_and_result {
    struct shared *stream, *result;
};

/* variant error-code and descriptor-type of wasi:filesystem: their last case may have a text. */
struct case3 {
    u8 which;
    struct {
        u8 some;
        struct bytes text;
    } other;
};
/* result<_, error-code> and others that are no larger. */
struct result3 {
    u8 failed;
    union {
        struct case3 error, type;
        struct bytes text;
        void *handle;
        u8 flags;
    };
};
_Static_assert(sizeof(struct result3) == 20, "result");

static struct case3 error3(u32 error) {
    u8 code = code_of(error);
    return (struct case3){.which = code == ERROR_WOULD_BLOCK ? ERROR_IO - 1 : code > ERROR_WOULD_BLOCK ? code - 1 : code};
}

static u8 type3_of(u8 filetype) {
    u8 type = type_of(filetype);
    return type ? type - 1 : 7;
}

#ifdef WASM_NET
static struct case3 socket_error3(u32 errno);
static void socket_side_ends(const struct pump *pump, bool dropped);
static enum step step_accept(struct pump *pump);
#endif

static void *pump_buffer(void) {
    static u8 *buffer;
    if (!buffer) buffer = allocate(PUMP_ROOM);
    return buffer;
}

static bool pump_takes(const struct pump *pump) {
    return pump->kind == PUMP_OUT || pump->kind == PUMP_FILE_OUT || pump->kind == PUMP_SOCKET_OUT;
}

static bool is_ready_now(u32 fd, u8 type) {
    struct subscription in[2] = {{.type = type, .fd = fd}, {.userdata = 1, .clock.id = CLOCK_MONOTONIC}};
    struct event out[2];
    u32 done = 0;
    u32 error = poll_oneoff(in, out, 2, &done);
    return error || (done && !out[0].userdata) || (done > 1 && !out[1].userdata);
}

/* The other side has taken, or given, so many elements. */
static void pump_moved(struct shared *stream, u32 count) {
    stream->waiting->progress = count;
    notify_waiting(stream, COPY_COMPLETED);
}

/* Reading and writing without waiting: EAGAIN where nothing could be done. */

static u32 pump_read(struct pump *pump, u8 *at, u32 size, u32 *done) {
    struct stream *file = pump->file;
    struct iovec iovec = {at, size};
    if (pump->kind == PUMP_IN && !is_ready_now(file->file->fd, EVENT_READ)) return WASI_EAGAIN;
    if (pump->kind != PUMP_FILE_IN) return fd_read(file->file->fd, &iovec, 1, done);
    u32 error = fd_pread(file->file->fd, &iovec, 1, file->offset, done);
    if (!error) file->offset += *done;
    return error;
}

static u32 write_part(struct pump *pump, bool waits, const u8 *at, u32 size, u32 *done) {
    u32 fd = pump->file->file->fd;
    if (pump->kind == PUMP_FILE_OUT) return write_some(pump->file, at, size, done);
#ifdef WASM_NET
    if (pump->kind == PUMP_SOCKET_OUT) return sock_send(fd, &(struct iovec){(u8 *)at, size}, 1, 0, done);
#endif
    if (waits && !is_ready_now(fd, EVENT_WRITE)) return WASI_EAGAIN;
    return fd_write(fd, &(struct iovec){(u8 *)at, waits && size > PIPE_ROOM ? PIPE_ROOM : size}, 1, done);
}

/* Whoever does not read what is written keeps nobody else from going on. */
static u32 pump_write(struct pump *pump, const u8 *at, u32 size, u32 *done) {
    struct fdstat stat = {0};
    if (pump->kind == PUMP_OUT) fd_fdstat_get(pump->file->file->fd, &stat);
    u32 error = 0;
    for (u32 put = 0; !error && *done < size; *done += put, put = 0) {
        error = write_part(pump, stat.filetype != FILETYPE_REGULAR, at + *done, size - *done, &put);
        if (!error && !put) error = WASI_EIO;
    }
    return *done && error == WASI_EAGAIN ? 0 : error;
}

/* Steps. */

/* To another of the system's: what that cannot write yet it keeps. */
static enum step pump_pass(struct pump *to, const u8 *at, u32 size) {
    u32 done = 0, error = pump_write(to, at, size, &done);
    if (error && error != WASI_EAGAIN) to->error = error;
    if (done == size) return STEP_READ;
    to->kept = allocate(size - done);
    to->kept_at = 0;
    to->kept_size = size - done;
    __builtin_memcpy(to->kept, at + done, size - done);
    to->wait.type = EVENT_WRITE;
    to->wait.fd = to->file->file->fd;
    system_wait_begin(&to->wait);
    return STEP_IDLE;
}

/* Nothing is read that nobody wants yet. */
static enum step step_in(struct pump *pump) {
    struct shared *stream = pump->stream;
    struct end *reader = stream->waiting;
    struct pump *to = stream->reader;
    if (stream->dropped) return STEP_END;
    if (to ? to->kept_size : !reader) return STEP_IDLE;
    u32 wanted = to || reader->length > PUMP_ROOM ? PUMP_ROOM : reader->length, got = 0;
    u8 *buffer = pump_buffer();
    if (!wanted) {
        if (pump->kind != PUMP_FILE_IN && !is_ready_now(pump->file->file->fd, EVENT_READ)) return STEP_READ;
        pump_moved(stream, 0);
        return STEP_IDLE;
    }
    u32 error = pump_read(pump, buffer, wanted, &got);
    if (error == WASI_EAGAIN) return STEP_READ;
    pump->error = error;
    if (error || !got) return STEP_END;
    if (to) return pump_pass(to, buffer, got);
    code_copy(SITE_BYTES, reader->site, (u32)buffer, reader->address, got);
    pump_moved(stream, got);
    return STEP_IDLE;
}

static enum step write_kept(struct pump *pump) {
    u32 done = 0, room = pump->kept_at + pump->kept_size;
    u32 error = pump->error ? pump->error : pump_write(pump, pump->kept + pump->kept_at, pump->kept_size, &done);
    pump->kept_at += done;
    pump->kept_size -= done;
    if (error == WASI_EAGAIN || (!error && pump->kept_size)) return STEP_WRITE;
    release(pump->kept, room);
    pump->kept_size = 0;
    pump->error = error;
    return error || pump->stream->dropped ? STEP_END : STEP_NEXT;
}

static enum step step_out(struct pump *pump) {
    struct shared *stream = pump->stream;
    struct end *writer = stream->waiting;
    if (pump->kept_size) return write_kept(pump);
    if (stream->dropped) return STEP_END;
    if (!writer) return stream->writer ? STEP_NEXT : STEP_IDLE;
    u32 size = writer->length > PUMP_ROOM ? PUMP_ROOM : writer->length, done = 0;
    u8 *buffer = pump_buffer();
    if (!size) {
        if (pump->kind != PUMP_FILE_OUT && !is_ready_now(pump->file->file->fd, EVENT_WRITE)) return STEP_WRITE;
        pump_moved(stream, 0);
        return STEP_IDLE;
    }
    code_copy(writer->site, SITE_BYTES, writer->address, (u32)buffer, size);
    u32 error = pump_write(pump, buffer, size, &done);
    if (error == WASI_EAGAIN) return STEP_WRITE;
    pump->error = error;
    if (error) return STEP_END;
    pump_moved(stream, done);
    return STEP_IDLE;
}

struct entry3 {
    struct case3 type;
    struct bytes name;
};
_Static_assert(sizeof(struct entry3) == 24, "directory-entry");

static enum step step_entries(struct pump *pump) {
    struct shared *stream = pump->stream;
    struct end *reader = stream->waiting;
    if (stream->dropped) return STEP_END;
    if (!reader) return STEP_IDLE;
    u32 count = 0;
    for (; count < reader->length; count++) {
        struct dirent entry;
        u8 *name;
        pump->error = next_named(pump->entries, &entry, &name);
        if (pump->error || !name) break;
        struct entry3 given = {.type.which = type3_of(entry.filetype), .name = {name, entry.name_size}};
        code_copy(SITE_ENTRY, reader->site, (u32)&given, reader->address + count * sizeof given, 1);
    }
    bool ends = count < reader->length;
    if (count || !ends) pump_moved(stream, count);
    return ends ? STEP_END : STEP_IDLE;
}

/* Ends. */

/* Of cli: not io, but pipe and what is no text. */
static void give_result(const struct pump *pump, u32 error) {
    const struct end *to = pump->result->waiting;
    struct result3 result = {.failed = error != 0};
    u8 small[2] = {error != 0, error == WASI_EPIPE ? 2 : error == WASI_EILSEQ ? 1 : 0};
    switch (pump->kind) {
    case PUMP_IN:
    case PUMP_OUT: code_copy(SITE_CLI_RESULT, to->site, (u32)small, to->address, 1); return;
#ifdef WASM_NET
    case PUMP_SOCKET_IN:
    case PUMP_SOCKET_OUT:
        if (error) result.error = socket_error3(error);
        code_copy(SITE_SOCKET_RESULT, to->site, (u32)&result, to->address, 1);
        return;
#endif
    default:
        if (error) result.error = error3(error);
        code_copy(SITE_FILE_RESULT, to->site, (u32)&result, to->address, 1);
    }
}

/* How it ended, as soon as somebody wants to know. */
static void pump_tell(struct pump *pump) {
    struct shared *result = pump->result;
    if (result && !result->dropped) {
        if (!result->waiting) return;
        give_result(pump, pump->error);
        notify_waiting(result, COPY_COMPLETED);
        result->dropped = true;
    }
    if (result) {
        result->writer = NULL;
        shared_release(result);
    }
    release(pump, sizeof *pump);
}

static void pump_end(struct pump *pump) {
    struct shared *stream = pump->stream;
    struct pump *other = pump_takes(pump) ? stream->writer : stream->reader;
    pump->stream = NULL;
    if (pump_takes(pump)) stream->reader = NULL;
    else stream->writer = NULL;
#ifdef WASM_NET
    if (pump->kind == PUMP_SOCKET_IN || pump->kind == PUMP_SOCKET_OUT) socket_side_ends(pump, stream->dropped);
#endif
    if (pump->entries) entries_drop(pump->entries);
    if (pump->file) stream_drop(pump->file);
    if (!stream->dropped) {
        stream->dropped = true;
        if (stream->waiting) notify_waiting(stream, COPY_DROPPED);
        if (other) pump_step(other);
    }
    shared_release(stream);
    pump_tell(pump);
}

static enum step one_step(struct pump *pump) {
    switch (pump->kind) {
    case PUMP_ENTRIES: return step_entries(pump);
#ifdef WASM_NET
    case PUMP_ACCEPT: return step_accept(pump);
#endif
    default: return pump_takes(pump) ? step_out(pump) : step_in(pump);
    }
}

/* How long one waits who may have no more descriptors now. */
#define PUMP_PAUSE 10000000u

static void pump_step(struct pump *pump) {
    system_wait_end(&pump->wait);
    if (!pump->stream) return;
    enum step step = one_step(pump);
    if (step == STEP_NEXT) {
        pump_step(pump->stream->writer);
    } else if (step == STEP_END) {
        pump_end(pump);
    } else if (step != STEP_IDLE) {
        pump->wait.type = step == STEP_LATER ? EVENT_CLOCK : step == STEP_READ ? EVENT_READ : EVENT_WRITE;
        pump->wait.fd = pump->file->file->fd;
        if (step == STEP_LATER) pump->wait.time = monotonic_now() + PUMP_PAUSE;
        system_wait_begin(&pump->wait);
    }
}

static void pump_changed(struct pump *pump, struct shared *shared) {
    if (shared == pump->stream) pump_step(pump);
    else if (!pump->stream) pump_tell(pump);
}

/* @return its result; `given.error`: it ends before it begins */
static struct shared *start_pump(u32 kind, struct pump given) {
    struct pump *pump = allocate(sizeof *pump);
    struct shared *stream = given.stream, *result = kind == PUMP_ACCEPT ? NULL : new_shared(0, true);
    *pump = given;
    pump->wait.pump = pump;
    pump->kind = (u8)kind;
    pump->result = result;
    if (result) result->writer = pump;
    if (pump_takes(pump)) stream->reader = pump;
    else stream->writer = pump;
    if (pump->error) pump_end(pump);
    else pump_step(pump);
    return result;
}

static struct stream *standard_stream(u32 fd) {
    return stream_new(file_new(fd), STREAM_PLAIN, 0);
}
