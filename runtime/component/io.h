#ifndef WASM_COMPONENT_IO_H
#define WASM_COMPONENT_IO_H

#include "host.h"

/* A descriptor of preview 1, which streams of it keep open. */
struct file {
    u32 fd, uses;
};

enum { STREAM_PLAIN, STREAM_AT, STREAM_APPEND, STREAM_SOCKET };

struct stream {
    struct file *file;
    u8 kind;
    u64 offset;
};

struct stream_error {
    u8 closed;
    u32 error;
};

/* What a pollable waits for; POLL_SOURCE: for what its source does by then. */
enum { POLL_READY, POLL_TIME, POLL_READ, POLL_WRITE, POLL_SOURCE };

struct pollable;

#ifdef WASM_NET
/* What waits for different things in the course of time, as a socket. */
struct pollable_source {
    u8 kind;
    u32 fd, uses;
};
static struct pollable *pollable_of(struct pollable_source *source);
static void source_drop(struct pollable_source *source);
static void source_free(struct pollable_source *source);
static bool fd_is_ready(u32 fd, u8 kind);
#endif

static struct pollable *pollable_new(u8 kind, u32 fd, u64 time);
static struct file *file_new(u32 fd);
static struct file *file_use(struct file *file);
static void file_drop(struct file *file);
static struct stream *stream_new(struct file *file, u8 kind, u64 offset);
/* The number of preview 1 that an error of a stream has. */
static u32 error_code(u32 error);

#endif
