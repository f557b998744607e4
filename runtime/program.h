/* Between the generated config.c and the runtime: what the program is made of and what it may
   reach. */
#ifndef WASM_PROGRAM_H
#define WASM_PROGRAM_H

#include "types.h"

/* A directory of the host that the program sees as `guest`. */
struct wasm_grant_dir {
    const char *guest;
    /* absolute, or relative to the working directory; may start with $CWD, $EXE_DIR or $HOME */
    const char *host;
    bool read_only;
};

/* An environment variable that the program sees. */
struct wasm_grant_env {
    const char *name;
    const char *value; /* NULL passes on the host's value, if there is one */
};

struct wasm_program {
    const char *name;            /* argv[0] of the program where the host gives none */
    /* instantiate functions, _initialize and _start in the order to call them; ends with NULL */
    void (*const *steps)(void);
    const struct wasm_grant_dir *dirs;
    const struct wasm_grant_env *env;
    u32 dir_count, env_count;
};

extern WASM_API const struct wasm_program wasm_program;

#endif
