#ifndef WASM_COMPONENT_IO_H
#define WASM_COMPONENT_IO_H

#include "host.h"

/* A descriptor of preview 1, which streams of it keep open. */
struct file {
    u32 fd, uses;
};

enum { STREAM_PLAIN, STREAM_AT, STREAM_APPEND };

struct stream {
    struct file *file;
    u8 kind;
    u64 offset;
};

struct stream_error {
    u8 closed;
    u32 error;
};

static struct file *file_new(u32 fd);
static struct file *file_use(struct file *file);
static void file_drop(struct file *file);
static struct stream *stream_new(struct file *file, u8 kind, u64 offset);
/* The number of preview 1 that an error of a stream has. */
static u32 error_code(u32 error);

#endif
