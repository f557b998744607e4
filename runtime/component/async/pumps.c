/* Streams of the system's: threads of its own, which take part like those of components, and say in a future how it ended. */
#include "tasks.h"

/* What the numbers of places mean: compiler/component/async/tasks.ts. */
enum { SITE_BYTES = 1, SITE_CLI_RESULT, SITE_FILE_RESULT, SITE_ENTRY };
enum { PUMP_IN, PUMP_OUT, PUMP_FILE_IN, PUMP_FILE_OUT, PUMP_ENTRIES };
#define PUMP_ROOM 0x10000u
/* As much is taken at once by what says that it can be written to. */
#define PIPE_ROOM 4096u

struct pump {
    u32 fd;
    struct shared *stream, *result;
    /* Of files: what is read, or kept open for it, or why nothing is. */
    struct entries *entries;
    struct stream *file;
    u32 error;
};

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

/* Of cli: not io, but pipe and what is no text. */
static void give_cli_result(struct end *end, u32 error) {
    u8 result[2] = {error != 0, error == WASI_EPIPE ? 2 : error == WASI_EILSEQ ? 1 : 0};
    copy_run(end, SITE_CLI_RESULT, sizeof result, false, true, (u32)result, 1);
}

static void give_file_result(struct end *end, u32 error) {
    struct result3 result = {.failed = error != 0};
    if (error) result.error = error3(error);
    copy_run(end, SITE_FILE_RESULT, sizeof result, false, true, (u32)&result, 1);
}

/* How much is wanted, when somebody does; 0 where nobody will. */
static u32 wanted_of(struct end *out, u8 *buffer) {
    if (copy_run(out, SITE_BYTES, 1, false, true, (u32)buffer, 0) & 15) return 0;
    struct end *reader = out->shared->waiting;
    u32 wanted = reader ? reader->length : 1;
    return wanted > PUMP_ROOM ? PUMP_ROOM : wanted ? wanted : 1;
}

/* False if nobody takes them. */
static bool give_bytes(struct end *out, u8 *buffer, u32 size) {
    for (u32 done = 0; done < size;) {
        u32 status = copy_run(out, SITE_BYTES, 1, false, true, (u32)buffer + done, size - done);
        if (status & 15) return false;
        done += status >> 4;
    }
    return true;
}

/* Nothing is read that nobody wants yet. */
static u32 pump_in(u32 fd, struct end *out, u8 *buffer) {
    for (u32 wanted, got = 0; (wanted = wanted_of(out, buffer));) {
        wait_until(fd, EVENT_READ);
        u32 error = fd_read(fd, &(struct iovec){buffer, wanted}, 1, &got);
        if (error == WASI_EAGAIN) continue;
        if (error || !got) return error;
        if (!give_bytes(out, buffer, got)) return 0;
    }
    return 0;
}

/* Whoever does not read what is written keeps nobody else from going on. */
static u32 write_when_ready(u32 fd, const u8 *bytes, u32 size) {
    struct fdstat stat = {0};
    fd_fdstat_get(fd, &stat);
    bool waits = stat.filetype != FILETYPE_REGULAR;
    for (u32 done = 0, put; done < size; done += put) {
        put = 0;
        if (waits) wait_until(fd, EVENT_WRITE);
        u32 left = size - done, part = waits && left > PIPE_ROOM ? PIPE_ROOM : left;
        u32 error = fd_write(fd, &(struct iovec){(u8 *)bytes + done, part}, 1, &put);
        if (error == WASI_EAGAIN) put = 0;
        else if (error) return error;
    }
    return 0;
}

static u32 pump_out(u32 fd, struct end *in, u8 *buffer) {
    for (;;) {
        u32 status = copy_run(in, SITE_BYTES, 1, false, true, (u32)buffer, PUMP_ROOM);
        u32 error = write_when_ready(fd, buffer, status >> 4);
        if (error || status & 15) return error;
    }
}

static u32 pump_file_in(struct stream *file, struct end *out, u8 *buffer) {
    for (u32 wanted, got = 0; (wanted = wanted_of(out, buffer)); file->offset += got) {
        u32 error = fd_pread(file->file->fd, &(struct iovec){buffer, wanted}, 1, file->offset, &got);
        if (error || !got) return error;
        if (!give_bytes(out, buffer, got)) return 0;
    }
    return 0;
}

static u32 pump_file_out(struct stream *file, struct end *in, u8 *buffer) {
    for (;;) {
        u32 status = copy_run(in, SITE_BYTES, 1, false, true, (u32)buffer, PUMP_ROOM);
        for (u32 done = 0, put = 0; done < status >> 4; done += put) {
            u32 error = write_some(file, buffer + done, (status >> 4) - done, &put);
            if (error) return error;
        }
        if (status & 15) return 0;
    }
}

struct entry3 {
    struct case3 type;
    struct bytes name;
};
_Static_assert(sizeof(struct entry3) == 24, "directory-entry");

static u32 pump_entries(struct entries *entries, struct end *out) {
    for (;;) {
        struct dirent entry;
        u8 *name;
        u32 error = next_named(entries, &entry, &name);
        if (error || !name) return error;
        struct entry3 given = {.type.which = type3_of(entry.filetype), .name = {name, entry.name_size}};
        if (copy_run(out, SITE_ENTRY, sizeof given, false, true, (u32)&given, 1) & 15) return 0;
    }
}

static u32 pump_run(u32 kind, const struct pump *pump, struct end *end, u8 *buffer) {
    switch (kind) {
    case PUMP_IN: return pump_in(pump->fd, end, buffer);
    case PUMP_OUT: return pump_out(pump->fd, end, buffer);
    case PUMP_FILE_IN: return pump_file_in(pump->file, end, buffer);
    case PUMP_FILE_OUT: return pump_file_out(pump->file, end, buffer);
    default: return pump_entries(pump->entries, end);
    }
}

static void system_thread(struct thread *thread) {
    struct pump pump = *(struct pump *)thread->argument;
    release((void *)thread->argument, sizeof pump);
    u32 kind = thread->code;
    bool takes = kind == PUMP_OUT || kind == PUMP_FILE_OUT;
    struct end *end = system_end(takes ? EVENT_STREAM_READ : EVENT_STREAM_WRITE, pump.stream, thread);
    u32 error = pump.error;
    if (!error) {
        u8 *buffer = allocate(PUMP_ROOM);
        error = pump_run(kind, &pump, end, buffer);
        release(buffer, PUMP_ROOM);
    }
    end_close(end);
    if (pump.entries) entries_drop(pump.entries);
    if (pump.file) stream_drop(pump.file);
    struct end *result = system_end(EVENT_FUTURE_WRITE, pump.result, thread);
    if (kind <= PUMP_OUT) give_cli_result(result, error);
    else give_file_result(result, error);
    end_close(result);
}

static struct shared *start_pump(u32 kind, struct pump given) {
    struct pump *pump = allocate(sizeof *pump);
    struct shared *result = new_shared(0, true);
    *pump = given;
    pump->result = result;
    struct thread *thread = new_thread(&system_task);
    thread->code = kind;
    thread->argument = (u32)pump;
    register_thread(thread);
    thread_resume(thread, false);
    return result;
}
