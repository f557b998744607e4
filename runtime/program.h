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
    u8 when_absent; /* GRANT_… */
};

/* What becomes of a grant whose directory is not there: the program ends; what is opened in it is not there either; it is
   made, with the directories that lead to it. */
enum { GRANT_REQUIRED, GRANT_OPTIONAL, GRANT_CREATE };

/* An environment variable that the program sees. */
struct wasm_grant_env {
    const char *name;
    const char *value; /* NULL passes on the host's value, if there is one */
};

/* An address of this machine at which the program takes connections. */
struct wasm_grant_listen {
    const char *text; /* for messages: "tcp://127.0.0.1:8080" */
    u16 port;
    bool v6;
    u8 address[16]; /* the first four bytes, or all of them */
    bool udp;       /* for datagrams: of components alone */
};

/* Addresses that the program may open, or a name that it may look up: then what it may open is what public addresses the name
   has. */
struct wasm_grant_net {
    const char *name; /* "api.example.com", "*.example.com", "*"; NULL: addresses */
    u16 port;
    u8 flags; /* NET_…; 0 ends the list */
    u8 prefix; /* how many bits of the address count */
    u8 address[16];
};
enum { NET_TCP = 1, NET_UDP = 2, NET_ANY_PORT = 4, NET_V6 = 8, NET_ANY_ADDRESS = 16, NET_LOOKUP = 32 };

/* A file or directory inside the executable. The nodes of a directory stand one after the other,
   in the order of their names' bytes. */
struct wasm_embedded_node {
    u64 start, size; /* in wasm_embedded_bytes; of a directory: its first node, and how many */
    u32 name;        /* in wasm_embedded_bytes, NUL-terminated */
    bool directory;
};

/* A directory of the executable that the program sees as `guest`. */
struct wasm_embedded_dir {
    const char *guest;
    u32 node;
};

struct wasm_program {
    const char *name;            /* argv[0] of the program where the host gives none */
    const struct wasm_grant_dir *dirs;
    const struct wasm_grant_env *env;
    const char *const *args;     /* come before those of the process */
    const struct wasm_grant_listen *listen;
    const struct wasm_embedded_dir *embedded;
    u32 dir_count, env_count, arg_count, listen_count, embedded_count;
    bool args_fixed;             /* those of the process are not passed on */
};

extern WASM_API const struct wasm_program wasm_program;

/* Calls instantiate functions, _initialize and _start in their order. */
WASM_API void wasm_program_run(void);

/* Of programs with embedded files: then the runtime is built with WASM_EMBED. With granted
   addresses it is built with WASM_LISTEN. */
extern WASM_API const struct wasm_embedded_node wasm_embedded_nodes[];
extern WASM_API const u8 wasm_embedded_bytes[];
/* Of components that import sockets: then it is built with WASM_NET and WASM_LISTEN. */
extern WASM_API const struct wasm_grant_net wasm_net_grants[];

/* The section of the executable that says what it is made of and granted, as JSON; nothing but
   config.c writes into it, and `wasm-exe inspect` reads it. Code that refers to it, as WASM_KEEP does, keeps the linker from
   dropping it. */
#ifdef __APPLE__
#define WASM_INFO __attribute__((section("__TEXT,__wasm_exe"), used))
#else
#define WASM_INFO __attribute__((section(".wasmexe"), used))
#endif
#define WASM_KEEP(object) __asm__ volatile("" : : "r"(object))

#endif
