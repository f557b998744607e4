/* wasi:cli */
#include "preview1.h"

typedef u32 texts_get(u8 **list, u8 *text);
typedef u32 texts_sizes(u32 *count, u32 *size);

static u8 **texts(texts_sizes *sizes, texts_get *get, u32 *count) {
    u32 size;
    if (sizes(count, &size))
        *count = size = 0;
    u8 **list = scratch(*count * sizeof *list, sizeof *list);
    u8 *text = scratch(size, 1);
    if (*count)
        get(list, text);
    return list;
}

static u32 length(const u8 *text) {
    u32 size = 0;
    while (text[size])
        size++;
    return size;
}

struct pairs {
    struct {
        struct bytes name, value;
    } *at;
    u32 count;
};

HOST("wasi:cli/environment@0.2", "get-environment") struct pairs *get_environment(void) {
    host_begin();
    u32 count;
    u8 **list = texts(environ_sizes_get, environ_get, &count);
    struct pairs *result = scratch(sizeof *result, 4);
    result->at = scratch(count * sizeof *result->at, 4);
    result->count = count;
    for (u32 i = 0; i < count; i++) {
        u32 size = length(list[i]), name = 0;
        while (name < size && list[i][name] != '=')
            name++;
        u32 value = name < size ? name + 1 : size;
        result->at[i].name = text_of(list[i], name);
        result->at[i].value = text_of(list[i] + value, size - value);
    }
    return result;
}

struct text_list {
    struct bytes *at;
    u32 count;
};

HOST("wasi:cli/environment@0.2", "get-arguments") struct text_list *get_arguments(void) {
    host_begin();
    u32 count;
    u8 **list = texts(args_sizes_get, args_get, &count);
    struct text_list *result = scratch(sizeof *result, 4);
    result->at = scratch(count * sizeof *result->at, 4);
    result->count = count;
    for (u32 i = 0; i < count; i++)
        result->at[i] = text_of(list[i], length(list[i]));
    return result;
}

struct optional_text {
    u8 some;
    struct bytes text;
};

/* Programs have what was granted, which has no place they are in. */
HOST("wasi:cli/environment@0.2", "initial-cwd") struct optional_text *initial_cwd(void) {
    host_begin();
    struct optional_text *result = scratch(sizeof *result, 4);
    result->some = 0;
    return result;
}

HOST("wasi:cli/exit@0.2", "exit") void cli_exit(u32 failed) {
    proc_exit(failed ? 1 : 0);
}

HOST("wasi:cli/exit@0.2", "exit-with-code") void cli_exit_with_code(u32 code) {
    proc_exit(code & 0xff);
}

struct optional_handle {
    u8 some;
    u32 handle;
};

/* As wasi-libc's isatty: a character device that cannot seek. */
static struct optional_handle *terminal(u32 fd) {
    host_begin();
    struct fdstat stat;
    struct optional_handle *result = scratch(sizeof *result, 4);
    bool is = !fd_fdstat_get(fd, &stat) && stat.filetype == FILETYPE_CHARACTER_DEVICE &&
              !(stat.rights & (RIGHT_SEEK | RIGHT_TELL));
    *result = (struct optional_handle){is, 0};
    return result;
}

HOST("wasi:cli/terminal-stdin@0.2", "get-terminal-stdin") struct optional_handle *terminal_stdin(void) {
    return terminal(0);
}
HOST("wasi:cli/terminal-stdout@0.2", "get-terminal-stdout") struct optional_handle *terminal_stdout(void) {
    return terminal(1);
}
HOST("wasi:cli/terminal-stderr@0.2", "get-terminal-stderr") struct optional_handle *terminal_stderr(void) {
    return terminal(2);
}
