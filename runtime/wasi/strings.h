/* NUL-terminated strings of the host, and how a list of them is given to the guest. */
#ifndef WASM_WASI_STRINGS_H
#define WASM_WASI_STRINGS_H

#include "guest.h"

static inline u64 string_size(const char *text) {
    u64 size = 0;
    while (text[size])
        size++;
    return size;
}

/* What follows the last separator of a path; the whole of it if that is empty. */
static inline const char *string_file_name(const char *path) {
    const char *name = path;
    for (const char *c = path; *c; c++) {
#ifdef _WIN32
        if ((*c == '/' || *c == '\\') && c[1])
#else
        if (*c == '/' && c[1])
#endif
            name = c + 1;
    }
    return name;
}

static inline u16 put_sizes(u32 count_result, u64 count, u32 size_result, u64 size) {
    if (count > 0xffffffff || size > 0xffffffff)
        return WASI_EOVERFLOW;
    return guest_put_u32(count_result, (u32)count) && guest_put_u32(size_result, (u32)size)
               ? WASI_SUCCESS
               : WASI_EFAULT;
}

#endif
