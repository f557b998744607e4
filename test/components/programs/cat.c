/* Gives the stream of what is typed to where output goes: the system does the rest. */
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;

#define FROM(interface, name) __attribute__((import_module("wasi:" interface "@0.3.0"), import_name(name)))

FROM("cli/stdin", "read-via-stream") void stdin_begin(u32 *stream_and_result);
FROM("cli/stdin", "[future-read-1]read-via-stream") u32 stdin_result(u32 future, void *result);
FROM("cli/stdout", "write-via-stream") u32 stdout_begin(u32 stream);
FROM("cli/stdout", "[future-read-1]write-via-stream") u32 stdout_result(u32 future, void *result);

__attribute__((export_name("wasi:cli/run@0.3.0#run"))) u32 run(void) {
    u32 in[2];
    u8 read[2] = {1, 0}, written[2] = {1, 0};
    stdin_begin(in);
    stdout_result(stdout_begin(in[0]), written);
    stdin_result(in[1], read);
    return read[0] || written[0];
}
