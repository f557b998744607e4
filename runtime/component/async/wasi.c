/* WASI 0.3's cli, clocks and random. Streams of the system's are threads of its own, which take part like those of components. */
#include "tasks.h"

#define MONOTONIC "wasi:clocks/monotonic-clock@0.3"
#define SYSTEM_CLOCK "wasi:clocks/system-clock@0.3"

HOST(MONOTONIC, "now") u64 mark_now(void) {
    return monotonic_now();
}
HOST(MONOTONIC, "get-resolution") u64 mark_resolution(void) {
    return monotonic_resolution();
}
HOST(MONOTONIC, "wait-until") void mark_wait_until(u64 when) {
    if (when > monotonic_now()) wait_until_time(when);
}
HOST(MONOTONIC, "wait-for") void mark_wait_for(u64 duration) {
    u64 now = monotonic_now();
    if (duration) wait_until_time(now + duration < now ? ~0ull : now + duration);
}
HOST(SYSTEM_CLOCK, "now") struct datetime *system_now(void) {
    return wall_now();
}
HOST(SYSTEM_CLOCK, "get-resolution") u64 system_resolution(void) {
    u64 time = 1;
    clock_res_get(CLOCK_REALTIME, &time);
    return time;
}

HOST("wasi:random/random@0.3", "get-random-bytes") struct bytes *random3_bytes(u64 size) {
    return random_list(size);
}
HOST("wasi:random/random@0.3", "get-random-u64") u64 random3_number(void) {
    return random_number();
}
HOST("wasi:random/insecure@0.3", "get-insecure-random-bytes") struct bytes *insecure3_bytes(u64 size) {
    return random_list(size);
}
HOST("wasi:random/insecure@0.3", "get-insecure-random-u64") u64 insecure3_number(void) {
    return random_number();
}
HOST("wasi:random/insecure-seed@0.3", "get-insecure-seed") u64 *insecure3_seed(void) {
    return insecure_seed();
}

HOST("wasi:cli/environment@0.3", "get-environment") struct pairs *environment3(void) {
    return get_environment();
}
HOST("wasi:cli/environment@0.3", "get-arguments") struct text_list *arguments3(void) {
    return get_arguments();
}
HOST("wasi:cli/environment@0.3", "get-initial-cwd") struct optional_text *cwd3(void) {
    return initial_cwd();
}
HOST("wasi:cli/exit@0.3", "exit") void exit3(u32 failed) {
    cli_exit(failed);
}
HOST("wasi:cli/exit@0.3", "exit-with-code") void exit3_with_code(u32 code) {
    cli_exit_with_code(code);
}
HOST("wasi:cli/terminal-stdin@0.3", "get-terminal-stdin") struct optional_handle *terminal3_stdin(void) {
    return terminal(0);
}
HOST("wasi:cli/terminal-stdout@0.3", "get-terminal-stdout") struct optional_handle *terminal3_stdout(void) {
    return terminal(1);
}
HOST("wasi:cli/terminal-stderr@0.3", "get-terminal-stderr") struct optional_handle *terminal3_stderr(void) {
    return terminal(2);
}

/* Streams. What the numbers of places mean: compiler/component/async/tasks.ts. */
enum { SITE_BYTES = 1, SITE_CLI_RESULT = 2 };
enum { PUMP_IN, PUMP_OUT };
#define PUMP_ROOM 0x10000u

struct pump {
    u32 fd;
    struct shared *bytes, *result;
};

/* Not io, but pipe and what is no text: result<_, error-code>. */
static void give_result(struct end *end, u32 error) {
    u8 result[2] = {error != 0, error == WASI_EPIPE ? 2 : error == WASI_EILSEQ ? 1 : 0};
    copy_run(end, SITE_CLI_RESULT, sizeof result, false, true, (u32)result, 1);
    end_close(end);
}

/* Nothing is read that nobody wants yet. */
static u32 pump_in(u32 fd, struct end *out, u8 *buffer) {
    for (;;) {
        if (copy_run(out, SITE_BYTES, 1, false, true, (u32)buffer, 0) & 15) return 0;
        struct end *reader = out->shared->waiting;
        u32 wanted = reader ? reader->length : 1, got = 0;
        wanted = wanted > PUMP_ROOM ? PUMP_ROOM : wanted ? wanted : 1;
        wait_until_readable(fd);
        u32 error = fd_read(fd, &(struct iovec){buffer, wanted}, 1, &got);
        if (error == WASI_EAGAIN) continue;
        if (error || !got) return error;
        for (u32 done = 0; done < got;) {
            u32 status = copy_run(out, SITE_BYTES, 1, false, true, (u32)buffer + done, got - done);
            if (status & 15) return 0;
            done += status >> 4;
        }
    }
}

static u32 pump_out(u32 fd, struct end *in, u8 *buffer) {
    for (;;) {
        u32 status = copy_run(in, SITE_BYTES, 1, false, true, (u32)buffer, PUMP_ROOM);
        for (u32 done = 0, put = 0; done < status >> 4; done += put) {
            u32 error = fd_write(fd, &(struct iovec){buffer + done, (status >> 4) - done}, 1, &put);
            if (error) return error;
        }
        if (status & 15) return 0;
    }
}

static void system_thread(struct thread *thread) {
    struct pump pump = *(struct pump *)thread->argument;
    release((void *)thread->argument, sizeof pump);
    u8 *buffer = allocate(PUMP_ROOM);
    bool reads = thread->code == PUMP_IN;
    struct end *end = system_end(reads ? EVENT_STREAM_WRITE : EVENT_STREAM_READ, pump.bytes, thread);
    u32 error = reads ? pump_in(pump.fd, end, buffer) : pump_out(pump.fd, end, buffer);
    end_close(end);
    release(buffer, PUMP_ROOM);
    give_result(system_end(EVENT_FUTURE_WRITE, pump.result, thread), error);
}

static struct shared *start_pump(u32 code, u32 fd, struct shared *bytes) {
    struct pump *pump = allocate(sizeof *pump);
    struct shared *result = new_shared(0, true);
    *pump = (struct pump){fd, bytes, result};
    struct thread *thread = new_thread(&system_task);
    thread->code = code;
    thread->argument = (u32)pump;
    register_thread(thread);
    thread_resume(thread, false);
    return result;
}

struct stream_and_result {
    struct shared *bytes, *result;
};

HOST("wasi:cli/stdin@0.3", "read-via-stream") struct stream_and_result *stdin3(void) {
    host_begin();
    struct stream_and_result *both = scratch(sizeof *both, 4);
    both->bytes = new_shared(0, false);
    both->result = start_pump(PUMP_IN, 0, both->bytes);
    return both;
}
HOST("wasi:cli/stdout@0.3", "write-via-stream") struct shared *stdout3(struct shared *data) {
    return start_pump(PUMP_OUT, 1, data);
}
HOST("wasi:cli/stderr@0.3", "write-via-stream") struct shared *stderr3(struct shared *data) {
    return start_pump(PUMP_OUT, 2, data);
}
