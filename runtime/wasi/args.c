/* The program's arguments: its name, those that were fixed when it was built, those of the process.
   The name is the executable's as it was called, without its folder, which is not the program's to
   know. */
#include "../platform/process.h"
#include "../program.h"
#include "strings.h"

/* NULL behind the last one. */
static const char *arg_at(u32 index) {
    const char *const *args = process_args();
    /* A host that gives no name gives no arguments either. */
    bool passed = args[0] && !wasm_program.args_fixed;
    if (index == 0)
        return args[0] ? string_file_name(args[0]) : wasm_program.name;
    if (index <= wasm_program.arg_count)
        return wasm_program.args[index - 1];
    return passed ? args[index - wasm_program.arg_count] : NULL;
}

WASM_API u32 wasi_snapshot_preview1__args_sizes_get(u32 count_result, u32 size_result) {
    WASI_LOCKED;
    const char *text;
    u32 count = 0;
    u64 size = 0;
    for (; (text = arg_at(count)); count++)
        size += string_size(text) + 1;
    return put_sizes(count_result, count, size_result, size);
}

WASM_API u32 wasi_snapshot_preview1__args_get(u32 pointers, u32 buffer) {
    WASI_LOCKED;
    u64 pointer = pointers, at = buffer;
    const char *text;
    for (u32 i = 0; (text = arg_at(i)); i++) {
        u64 size = string_size(text) + 1;
        if (!guest_copy_out(at, text, size) || !guest_put_u32(pointer, (u32)at))
            return WASI_EFAULT;
        at += size;
        pointer += 4;
    }
    return WASI_SUCCESS;
}
