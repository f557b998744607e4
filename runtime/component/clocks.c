/* wasi:clocks and wasi:random */
#include "preview1.h"

#define SECOND 1000000000u

struct datetime {
    u64 seconds;
    u32 nanoseconds;
};

static struct datetime *datetime_of(u64 time) {
    struct datetime *result = scratch(sizeof *result, 8);
    *result = (struct datetime){time / SECOND, (u32)(time % SECOND)};
    return result;
}

HOST("wasi:clocks/wall-clock@0.2", "now") struct datetime *wall_now(void) {
    host_begin();
    u64 time = 0;
    clock_time_get(CLOCK_REALTIME, 1, &time);
    return datetime_of(time);
}
HOST("wasi:clocks/wall-clock@0.2", "resolution") struct datetime *wall_resolution(void) {
    host_begin();
    u64 time = 1;
    clock_res_get(CLOCK_REALTIME, &time);
    return datetime_of(time);
}
HOST("wasi:clocks/monotonic-clock@0.2", "now") u64 monotonic_now(void) {
    u64 time = 0;
    clock_time_get(CLOCK_MONOTONIC, 1, &time);
    return time;
}
HOST("wasi:clocks/monotonic-clock@0.2", "resolution") u64 monotonic_resolution(void) {
    u64 time = 1;
    clock_res_get(CLOCK_MONOTONIC, &time);
    return time;
}

static void random_bytes(void *buffer, u32 size) {
    u32 error = random_get(buffer, size);
    if (error)
        fail(TRAP_SYSTEM, error);
}

static struct bytes *random_list(u64 size) {
    host_begin();
    if (size > 1u << 28)
        fail(TRAP_TOO_LONG, 0);
    struct bytes *result = scratch(sizeof *result, 4);
    *result = (struct bytes){scratch((u32)size, 1), (u32)size};
    random_bytes(result->at, result->size);
    return result;
}

static u64 random_number(void) {
    u64 number;
    random_bytes(&number, sizeof number);
    return number;
}

HOST("wasi:random/random@0.2", "get-random-bytes") struct bytes *get_random_bytes(u64 size) {
    return random_list(size);
}
HOST("wasi:random/random@0.2", "get-random-u64") u64 get_random_u64(void) {
    return random_number();
}
HOST("wasi:random/insecure@0.2", "get-insecure-random-bytes") struct bytes *get_insecure_random_bytes(u64 size) {
    return random_list(size);
}
HOST("wasi:random/insecure@0.2", "get-insecure-random-u64") u64 get_insecure_random_u64(void) {
    return random_number();
}
HOST("wasi:random/insecure-seed@0.2", "insecure-seed") u64 *insecure_seed(void) {
    host_begin();
    u64 *result = scratch(2 * sizeof *result, 8);
    random_bytes(result, 2 * sizeof *result);
    return result;
}
