/* The clocks; process_clock numbers them as WASI does. */
#include "../platform/process.h"
#include "guest.h"

WASM_API u32 wasi_snapshot_preview1__clock_res_get(u32 clock, u32 result) {
    u64 nanoseconds;
    if (clock >= PROCESS_CLOCK_COUNT)
        return WASI_EINVAL;
    u16 error = process_clock_resolution((enum process_clock)clock, &nanoseconds);
    if (error)
        return error;
    return guest_put_u64(result, nanoseconds) ? WASI_SUCCESS : WASI_EFAULT;
}

/* precision: how late the answer may be; it is always exact. */
WASM_API u32 wasi_snapshot_preview1__clock_time_get(u32 clock, u64 precision, u32 result) {
    u64 nanoseconds;
    (void)precision;
    if (clock >= PROCESS_CLOCK_COUNT)
        return WASI_EINVAL;
    u16 error = process_clock_time((enum process_clock)clock, &nanoseconds);
    if (error)
        return error;
    return guest_put_u64(result, nanoseconds) ? WASI_SUCCESS : WASI_EFAULT;
}
