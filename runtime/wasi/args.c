/* The program's arguments: those of the process. The first is the file name of the executable as it
   was called, without its folder, which is not the program's to know. */
#include "../platform/process.h"
#include "../program.h"
#include "strings.h"

static const char *arg_text(u32 index, const char *arg) {
    return index == 0 ? string_file_name(arg) : arg;
}

/* The arguments as a list; a host that gives none gives the module's name. */
static const char *const *arg_list(void) {
    static const char *fallback[2];
    const char *const *args = process_args();
    if (args[0])
        return args;
    fallback[0] = wasm_program.name;
    return fallback;
}

WASM_API u32 wasi_snapshot_preview1__args_sizes_get(u32 count_result, u32 size_result) {
    const char *const *args = arg_list();
    u64 count = 0, size = 0;
    for (; args[count]; count++)
        size += string_size(arg_text((u32)count, args[count])) + 1;
    return put_sizes(count_result, count, size_result, size);
}

WASM_API u32 wasi_snapshot_preview1__args_get(u32 pointers, u32 buffer) {
    u64 pointer = pointers, at = buffer;
    const char *const *args = arg_list();
    for (u32 i = 0; args[i]; i++) {
        const char *text = arg_text(i, args[i]);
        u64 size = string_size(text) + 1;
        if (!guest_copy_out(at, text, size) || !guest_put_u32(pointer, (u32)at))
            return WASI_EFAULT;
        at += size;
        pointer += 4;
    }
    return WASI_SUCCESS;
}
