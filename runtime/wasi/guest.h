/* Pointers of the guest. Nothing of its memory is touched before one of these functions has checked
   the range, and what decides anything is copied from there once. */
#ifndef WASM_WASI_GUEST_H
#define WASM_WASI_GUEST_H

#include "../module.h"
#include "../platform/files.h"
#include "errno.h"
#include "types.h"

/* The range's place, or NULL if it is not whole in the memory. Pointers and sizes are of 32 bits, or small multiples:
   their sum in 64 bits never wraps. */
static inline struct guest_bytes *guest_range(u64 pointer, u64 size) {
    u64 limit = __atomic_load_n(&wasm_wasi_memory->size, __ATOMIC_RELAXED); /* threads grow it */
    if (pointer + size > limit)
        return NULL;
    return guest_bytes_at((struct guest_bytes *)wasm_wasi_memory->base, pointer);
}

/* Copies a value in or out; false if the pointer is bad. No alignment is asked for. */
#define guest_get(value, pointer) guest_copy_in(value, pointer, sizeof *(value))
#define guest_put(pointer, value) guest_copy_out(pointer, value, sizeof *(value))

static inline bool guest_copy_in(void *value, u64 pointer, u64 size) {
    const struct guest_bytes *from = guest_range(pointer, size);
    if (from)
        guest_bytes_read(value, from, size);
    return from != NULL;
}

static inline bool guest_copy_out(u64 pointer, const void *value, u64 size) {
    struct guest_bytes *to = guest_range(pointer, size);
    if (to)
        guest_bytes_write(to, value, size);
    return to != NULL;
}

static inline bool guest_put_u32(u64 pointer, u32 value) {
    return guest_put(pointer, &value);
}

static inline bool guest_put_u64(u64 pointer, u64 value) {
    return guest_put(pointer, &value);
}

#define GUEST_SLICES_MAX 64

/* Checks an array of iovecs whole, and turns entries from `first` on into at most GUEST_SLICES_MAX
   slices that are together no longer than FILE_TRANSFER_MAX. `count` is how many were taken. */
static inline u16 guest_slices(
    u32 iovecs, u32 iovec_count, u32 first, struct file_slice *slices, u32 *count) {
    u64 room = FILE_TRANSFER_MAX;
    u32 taken = 0;
    if (!guest_range(iovecs, (u64)iovec_count * sizeof(struct wasi_iovec)))
        return WASI_EFAULT;
    for (u32 i = first; i < iovec_count; i++) {
        struct wasi_iovec iovec;
        guest_get(&iovec, iovecs + (u64)i * sizeof iovec);
        struct guest_bytes *base = guest_range(iovec.buffer, iovec.size);
        if (!base)
            return WASI_EFAULT;
        if (!room || taken == GUEST_SLICES_MAX)
            continue;
        u64 size = iovec.size < room ? iovec.size : room;
        slices[taken++] = (struct file_slice){base, size};
        room -= size;
    }
    *count = taken;
    return WASI_SUCCESS;
}

#endif
