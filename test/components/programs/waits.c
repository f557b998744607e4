/* Waits for more times at once than one call of the system takes descriptors. */
#include <stdint.h>

typedef uint32_t u32;
typedef uint64_t u64;

#define FROM(interface, name) __attribute__((import_module(interface), import_name(name)))

FROM("wasi:clocks/monotonic-clock@0.3.0", "[async-lower]wait-for") u32 wait_for(u64 nanoseconds);
FROM("$root", "[waitable-set-new]") u32 set_new(void);
FROM("$root", "[waitable-join]") void join(u32 waitable, u32 set);
FROM("$root", "[waitable-set-wait]") u32 set_wait(u32 set, u32 *event);
FROM("$root", "[subtask-drop]") void drop(u32 subtask);

enum { COUNT = 5000, EVENT_SUBTASK = 1, RETURNED = 2 };

__attribute__((export_name("wasi:cli/run@0.3.0#run"))) u32 run(void) {
    u32 set = set_new(), left = COUNT;
    for (u32 i = 0; i < COUNT; i++) {
        u32 status = wait_for(100000000 + 10000 * (i * 7919 % COUNT));
        if ((status & 15) == RETURNED)
            left--;
        else
            join(status >> 4, set);
    }
    while (left) {
        u32 event[2];
        if (set_wait(set, event) != EVENT_SUBTASK || event[1] != RETURNED)
            continue;
        drop(event[0]);
        left--;
    }
    return 0;
}
