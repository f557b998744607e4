/* Walking a path of the guest, one component at a time. */
#ifndef WASM_WASI_RESOLVE_H
#define WASM_WASI_RESOLVE_H

#include "../platform/files.h"

/* Bytes of a path, or of a path with a link's target in the link's place. */
#define WALK_PATH_MAX 4096
#define WALK_LINKS_MAX 40

/* A walk has come to the last component of its path: `name` in `directory`. What is done with it
   there must not follow a link; walk_follow goes on behind one. */
struct walk {
    file_handle root;       /* the directory that is never left */
    file_handle directory;  /* `root` or one below it */
    const char *name;       /* "." for `directory` itself */
    bool must_be_directory; /* the path ends in a slash */
    u32 links;              /* followed so far */
    u32 done_size;          /* bytes of `done` */
    u32 next, end;          /* the part of `path` that is still to be walked */
    char done[WALK_PATH_MAX]; /* the way from root to directory, each component ended by NUL */
    char path[WALK_PATH_MAX];
};

/* Walks to the last component. ENOTCAPABLE if the way leads out of `root`. Whatever the result,
   walk_end must follow. */
INTERNAL u16 walk_start(struct walk *walk, file_handle root, u32 path, u32 path_size);
/* `name` is a link: walks to the last component of its target. */
INTERNAL u16 walk_follow(struct walk *walk);
INTERNAL void walk_end(struct walk *walk);

#endif
