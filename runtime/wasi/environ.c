/* The environment: the granted variables and no other. */
#include "../platform/process.h"
#include "../program.h"
#include "strings.h"

static bool same_letter(char a, char b) {
#ifdef _WIN32 /* names have no case */
    a = a >= 'a' && a <= 'z' ? a - 'a' + 'A' : a;
    b = b >= 'a' && b <= 'z' ? b - 'a' + 'A' : b;
#endif
    return a == b;
}

/* The granted variable's value, or NULL if it is passed on and the host has none. */
static const char *variable_value(const struct wasm_grant_env *grant) {
    if (grant->value)
        return grant->value;
    for (const char *const *variable = process_environment(); *variable; variable++) {
        u64 i = 0;
        while (grant->name[i] && same_letter(grant->name[i], (*variable)[i]))
            i++;
        if (!grant->name[i] && (*variable)[i] == '=')
            return *variable + i + 1;
    }
    return NULL;
}

WASM_API u32 wasi_snapshot_preview1__environ_sizes_get(u32 count_result, u32 size_result) {
    WASI_LOCKED;
    u64 count = 0, size = 0;
    for (u32 i = 0; i < wasm_program.env_count; i++) {
        const struct wasm_grant_env *grant = &wasm_program.env[i];
        const char *value = variable_value(grant);
        if (value) {
            count++;
            size += string_size(grant->name) + 1 + string_size(value) + 1;
        }
    }
    return put_sizes(count_result, count, size_result, size);
}

WASM_API u32 wasi_snapshot_preview1__environ_get(u32 pointers, u32 buffer) {
    WASI_LOCKED;
    u64 pointer = pointers, at = buffer;
    for (u32 i = 0; i < wasm_program.env_count; i++) {
        const struct wasm_grant_env *grant = &wasm_program.env[i];
        const char *value = variable_value(grant);
        if (!value)
            continue;
        u64 name_size = string_size(grant->name), value_size = string_size(value) + 1;
        if (!guest_range(at, name_size + 1 + value_size) || !guest_put_u32(pointer, (u32)at))
            return WASI_EFAULT;
        guest_copy_out(at, grant->name, name_size);
        guest_copy_out(at + name_size, "=", 1);
        guest_copy_out(at + name_size + 1, value, value_size);
        at += name_size + 1 + value_size;
        pointer += 4;
    }
    return WASI_SUCCESS;
}
