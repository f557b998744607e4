/* WASI 0.3's cli, clocks and random. */
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
    if (when > monotonic_now()) return_at(when);
}
HOST(MONOTONIC, "wait-for") void mark_wait_for(u64 duration) {
    u64 now = monotonic_now();
    if (duration) return_at(now + duration < now ? ~0ull : now + duration);
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

/* Streams. */

HOST("wasi:cli/stdin@0.3", "read-via-stream") struct stream_and_result *stdin3(void) {
    host_begin();
    struct stream_and_result *both = scratch(sizeof *both, 4);
    both->stream = new_shared(0, false);
    both->result = start_pump(PUMP_IN, (struct pump){.file = standard_stream(0), .stream = both->stream});
    return both;
}
HOST("wasi:cli/stdout@0.3", "write-via-stream") struct shared *stdout3(struct shared *data) {
    return start_pump(PUMP_OUT, (struct pump){.file = standard_stream(1), .stream = data});
}
HOST("wasi:cli/stderr@0.3", "write-via-stream") struct shared *stderr3(struct shared *data) {
    return start_pump(PUMP_OUT, (struct pump){.file = standard_stream(2), .stream = data});
}
