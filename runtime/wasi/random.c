#include "../platform/process.h"
#include "guest.h"

WASM_API u32 wasi_snapshot_preview1__random_get(u32 buffer, u32 size) {
    struct guest_bytes *to = guest_range(buffer, size);
    return to ? process_random(to, size) : WASI_EFAULT;
}
