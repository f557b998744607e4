/* Programs built to be profiled: when they end they write how often each block of their code was run, as
   compiler/c/profile/profile.ts reads it. */
#ifdef WASM_PROFILE
#include "platform/files.h"

struct wasm_profile_part {
    const u64 *words;
    u64 count;
};
/* Of all modules; the last one has no words. */
extern const struct wasm_profile_part wasm_profile_parts[];
/* The first line, and the name of the file in the current directory. */
extern const char wasm_profile_header[], wasm_profile_file[];

static u16 profile_write_all(file_handle file, const void *bytes, u64 size) {
    while (size) {
        struct file_slice slice = {(struct guest_bytes *)(u64)bytes, size < FILE_TRANSFER_MAX ? size : FILE_TRANSFER_MAX};
        u64 done = 0;
        u16 error = file_write(file, &slice, 1, false, &done);
        if (error) return error;
        bytes = (const u8 *)bytes + done;
        size -= done;
    }
    return 0;
}

static void profile_write(void) {
    static u8 begun;
    static WASM_THREAD_LOCAL bool writes;
    file_handle directory, file;
    u64 length = 0;
    if (__atomic_exchange_n(&begun, 1, __ATOMIC_RELAXED)) {
        /* Another thread ends the program when it is done; this one may have met the end of its stack meanwhile. */
        while (!writes) process_yield();
        return;
    }
    writes = true;
    /* A pipe that nobody reads is not waited for. */
    const u32 flags = FILE_WRITE | FILE_CREATE | FILE_TRUNCATE | FILE_NONBLOCK;
    u16 error = file_open_root(".", &directory);
    if (!error) error = file_open(directory, wasm_profile_file, flags, &file);
    while (wasm_profile_header[length]) length++;
    if (!error) error = profile_write_all(file, wasm_profile_header, length);
    for (const struct wasm_profile_part *part = wasm_profile_parts; !error && part->words; part++)
        error = profile_write_all(file, part->words, part->count * sizeof *part->words);
    if (!error) return;
    text_add("wasm-exe: the profile ");
    text_add(wasm_profile_file);
    text_add(" could not be written: WASI's error ");
    text_add_number(error, 10);
    text_add("\n");
    text_write();
}
#else
static inline void profile_write(void) {}
#endif
