/*
 * Runs a module that wasm2c turned into C (named `program`) with the few calls of WASI that the benchmarks make:
 * standard streams, arguments, clocks. Everything else ends the program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "program.h"

/* How wasm2c calls things: since 1.0.33, and before. */
#ifdef NEW_NAMES
#define WASI(name) w2c_wasi__snapshot__preview1_##name
#define MEMORY w2c_program_memory
#define START w2c_program_0x5Fstart
#define INITIALIZE() (void)0
#define INSTANTIATE wasm2c_program_instantiate
typedef struct w2c_wasi__snapshot__preview1 wasi;
struct w2c_wasi__snapshot__preview1 {
    char unused;
};
static w2c_program instance;
#else
#define WASI(name) Z_wasi_snapshot_preview1Z_##name
#define MEMORY Z_programZ_memory
#define START Z_programZ__start
#define INITIALIZE() Z_program_init_module()
#define INSTANTIATE Z_program_instantiate
typedef struct Z_wasi_snapshot_preview1_instance_t wasi;
struct Z_wasi_snapshot_preview1_instance_t {
    char unused;
};
static Z_program_instance_t instance;
#endif

enum { SUCCESS = 0, EBADF = 8, ESPIPE = 70 };

static int argument_count;
static char **arguments;

static u8 *at(u32 address) { return MEMORY(&instance)->data + address; }
static u32 read_u32(u32 address) {
    u32 value;
    memcpy(&value, at(address), sizeof value);
    return value;
}
static void write_u32(u32 address, u32 value) { memcpy(at(address), &value, sizeof value); }

u32 WASI(args_sizes_get)(wasi *self, u32 count, u32 size) {
    (void)self;
    u32 bytes = 0;
    for (int i = 0; i < argument_count; i++) bytes += (u32)strlen(arguments[i]) + 1;
    write_u32(count, (u32)argument_count);
    write_u32(size, bytes);
    return SUCCESS;
}

u32 WASI(args_get)(wasi *self, u32 pointers, u32 buffer) {
    (void)self;
    for (int i = 0; i < argument_count; i++) {
        size_t size = strlen(arguments[i]) + 1;
        write_u32(pointers + 4 * (u32)i, buffer);
        memcpy(at(buffer), arguments[i], size);
        buffer += (u32)size;
    }
    return SUCCESS;
}

u32 WASI(environ_sizes_get)(wasi *self, u32 count, u32 size) {
    (void)self;
    write_u32(count, 0);
    write_u32(size, 0);
    return SUCCESS;
}

u32 WASI(environ_get)(wasi *self, u32 pointers, u32 buffer) {
    (void)self, (void)pointers, (void)buffer;
    return SUCCESS;
}

u32 WASI(clock_time_get)(wasi *self, u32 clock, u64 precision, u32 result) {
    (void)self, (void)precision;
    struct timespec now;
    clock_gettime(clock == 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now);
    u64 nanoseconds = (u64)now.tv_sec * 1000000000 + (u64)now.tv_nsec;
    memcpy(at(result), &nanoseconds, sizeof nanoseconds);
    return SUCCESS;
}

static u32 transfer(ssize_t (*call)(int, void *, size_t), u32 fd, u32 vectors, u32 count, u32 result) {
    u32 total = 0;
    for (u32 i = 0; i < count; i++) {
        ssize_t done = call((int)fd, at(read_u32(vectors + 8 * i)), read_u32(vectors + 8 * i + 4));
        if (done < 0) return EBADF;
        total += (u32)done;
    }
    write_u32(result, total);
    return SUCCESS;
}

static ssize_t write_bytes(int fd, void *bytes, size_t size) { return write(fd, bytes, size); }

u32 WASI(fd_write)(wasi *self, u32 fd, u32 vectors, u32 count, u32 result) {
    (void)self;
    return transfer(write_bytes, fd, vectors, count, result);
}

u32 WASI(fd_read)(wasi *self, u32 fd, u32 vectors, u32 count, u32 result) {
    (void)self;
    return transfer(read, fd, vectors, count, result);
}

u32 WASI(fd_seek)(wasi *self, u32 fd, u64 offset, u32 whence, u32 result) {
    (void)self, (void)fd, (void)offset, (void)whence, (void)result;
    return ESPIPE;
}

u32 WASI(fd_close)(wasi *self, u32 fd) {
    (void)self, (void)fd;
    return SUCCESS;
}

/* Standard streams are pipes with all rights. */
u32 WASI(fd_fdstat_get)(wasi *self, u32 fd, u32 result) {
    (void)self;
    if (fd > 2) return EBADF;
    memset(at(result), 0, 24);
    memset(at(result + 8), 0xff, 16);
    return SUCCESS;
}

/* Imported by the C library for files, of which there are none. */
#define NO_FILE(name, ...) \
    u32 WASI(name)(wasi *self, u32 fd, __VA_ARGS__) { return (void)self, (void)fd, EBADF; }
#pragma GCC diagnostic ignored "-Wunused-parameter"
NO_FILE(fd_prestat_get, u32 result)
NO_FILE(fd_prestat_dir_name, u32 path, u32 size)
NO_FILE(fd_fdstat_set_flags, u32 flags)
NO_FILE(fd_renumber, u32 to)
NO_FILE(path_open, u32 lookup, u32 path, u32 size, u32 open, u64 rights, u64 inherited, u32 flags, u32 result)

void WASI(proc_exit)(wasi *self, u32 code) {
    (void)self;
    exit((int)code);
}

int main(int argc, char **argv) {
    static wasi host;
    argument_count = argc;
    arguments = argv;
    wasm_rt_init();
    INITIALIZE();
    INSTANTIATE(&instance, &host);
    START(&instance);
    return 0;
}
