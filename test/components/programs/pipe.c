/* Writes more than a pipe holds; goes on while nobody reads it, and says so. */
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

#define FROM(interface, name) __attribute__((import_module("wasi:" interface "@0.3.0"), import_name(name)))

FROM("cli/stdout", "write-via-stream") u32 stdout_begin(u32 stream);
FROM("cli/stdout", "[stream-new-0]write-via-stream") u64 stdout_new(void);
FROM("cli/stdout", "[async-lower][stream-write-0]write-via-stream") u32 stdout_write_later(u32, const void *, u32);
FROM("cli/stdout", "[stream-cancel-write-0]write-via-stream") u32 stdout_cancel(u32);
FROM("cli/stdout", "[stream-drop-writable-0]write-via-stream") void stdout_end(u32);
FROM("cli/stdout", "[future-read-1]write-via-stream") u32 stdout_result(u32, void *);
FROM("cli/stderr", "write-via-stream") u32 stderr_begin(u32 stream);
FROM("cli/stderr", "[stream-new-0]write-via-stream") u64 stderr_new(void);
FROM("cli/stderr", "[stream-write-0]write-via-stream") u32 stderr_write(u32, const void *, u32);
FROM("cli/stderr", "[stream-drop-writable-0]write-via-stream") void stderr_end(u32);
FROM("cli/stderr", "[future-read-1]write-via-stream") u32 stderr_result(u32, void *);
FROM("clocks/monotonic-clock", "wait-for") void wait_for(u64 nanoseconds);

enum { TOTAL = 1 << 20, BLOCKED = -1 };

static u8 bytes[TOTAL];

static void say(const char *text, u32 size) {
    u8 result[2];
    u64 ends = stderr_new();
    u32 ended = stderr_begin((u32)ends);
    stderr_write((u32)(ends >> 32), text, size);
    stderr_end((u32)(ends >> 32));
    stderr_result(ended, result);
}

__attribute__((export_name("wasi:cli/run@0.3.0#run"))) u32 run(void) {
    u8 result[2];
    u32 done = 0, waits = 0;
    for (u32 i = 0; i < TOTAL; i++)
        bytes[i] = (u8)('a' + i % 26);
    u64 ends = stdout_new();
    u32 out = (u32)(ends >> 32), ended = stdout_begin((u32)ends);
    while (done < TOTAL) {
        u32 status = stdout_write_later(out, bytes + done, TOTAL - done);
        if (status == (u32)BLOCKED) {
            wait_for(1000000);
            if (++waits == 3)
                say("goes on\n", 8);
            status = stdout_cancel(out);
        }
        done += status >> 4;
    }
    stdout_end(out);
    stdout_result(ended, result);
    return result[0];
}
