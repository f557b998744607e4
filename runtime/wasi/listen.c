/* The granted addresses. Whoever connects from now on is served, or waits until the program accepts
   it. */
#include "listen.h"
#include "../module.h"
#include "../program.h"
#include "fds.h"

static const char *listen_failure(u16 error) {
    switch (error) {
    case WASI_EADDRINUSE:
        return "another program has it";
    case WASI_EADDRNOTAVAIL:
        return "this machine has no such address";
    case WASI_EAFNOSUPPORT:
        return "this machine has no such network";
    case WASI_EACCES:
    case WASI_EPERM:
        return "permission denied";
    default:
        return "the system refused";
    }
}

static _Noreturn WASM_COLD void listen_failed(const struct wasm_grant_listen *listen, u16 error) {
    char message[HOST_PATH_MAX];
    u64 size = path_append(message, 0, "cannot listen at the granted address ");
    size = path_append(message, size, listen->text);
    size = path_append(message, size, ": ");
    path_append(message, size, listen_failure(error));
    wasm_fail(message);
}

INTERNAL void listeners_open(void) {
    for (u32 i = 0; i < wasm_program.listen_count; i++) {
        const struct wasm_grant_listen *listen = &wasm_program.listen[i];
        struct fd fd = {
            .rights_base = RIGHTS_SOCKET,
            .guest = listen->text,
            .type = WASI_FILETYPE_SOCKET_STREAM,
        };
        u16 error = file_listen(listen, &fd.file);
        if (!error)
            error = fd_add_granted(&fd);
        if (error)
            listen_failed(listen, error);
    }
    /* Before a connection can take the number of a directory. */
    preopens_open();
}
