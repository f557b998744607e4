/* The sandbox. The host is never given more than one component of a path, and never follows a link:
   so there is no moment between a check and its use in which another process could put a link in
   the way. ".." goes back along components that were walked, and a link's target is walked like the
   path itself. */
#include "resolve.h"
#include "guest.h"

static void walk_enter(struct walk *walk, file_handle directory) {
    if (walk->directory != walk->root)
        file_close(walk->directory);
    walk->directory = directory;
}

/* Opens a directory on the way. A path leads through none that what was granted does not cover. */
static u16 walk_open(const struct walk *walk, const char *name, file_handle *directory) {
    u16 error = file_open_directory(walk->directory, name, directory);
    if (error || file_is_granted(walk->root, *directory))
        return error;
    file_close(*directory);
    return WASI_ENOTCAPABLE;
}

/* From the directory to the one above it, by the way from the root: its own ".." may lead out by
   now. */
static u16 walk_up(struct walk *walk) {
    if (walk->done_size == 0)
        return WASI_ENOTCAPABLE;
    walk->done_size--;
    while (walk->done_size && walk->done[walk->done_size - 1])
        walk->done_size--;
    walk_enter(walk, walk->root);
    for (u32 i = 0; i < walk->done_size; i++) {
        file_handle directory;
        u16 error = walk_open(walk, walk->done + i, &directory);
        if (error)
            return error;
        walk_enter(walk, directory);
        while (walk->done[i])
            i++;
    }
    return WASI_SUCCESS;
}

/* Into the directory `name`, `size` bytes long. */
static u16 walk_down(struct walk *walk, const char *name, u32 size) {
    file_handle directory;
    u16 error = walk_open(walk, name, &directory);
    if (error)
        return error;
    walk_enter(walk, directory);
    if (walk->done_size + size + 1 > WALK_PATH_MAX)
        return WASI_ENAMETOOLONG;
    __builtin_memcpy(walk->done + walk->done_size, name, size + 1);
    walk->done_size += size + 1;
    return WASI_SUCCESS;
}

/* Puts the target of the link `name` before what is still to be walked. */
static u16 walk_link(struct walk *walk, const char *name) {
    char path[WALK_PATH_MAX];
    u64 size;
    u16 error = file_read_link(walk->directory, name, path, sizeof path, &size);
    if (error == WASI_EINVAL) {
        /* Another process has replaced the link by something else: that is walked to instead. */
        for (size = 0; name[size]; size++)
            path[size] = name[size];
    } else if (error) {
        return error;
    }
    if (++walk->links > WALK_LINKS_MAX)
        return WASI_ELOOP;
    if (size == 0)
        return WASI_ENOENT;
    if (path[0] == '/')
        return WASI_ENOTCAPABLE;
    u32 rest = walk->end - walk->next;
    if (size + 1 + rest >= WALK_PATH_MAX)
        return WASI_ENAMETOOLONG;
    if (rest)
        path[size++] = '/';
    __builtin_memcpy(path + size, walk->path + walk->next, rest);
    walk->next = 0;
    walk->end = (u32)size + rest;
    __builtin_memcpy(walk->path, path, walk->end);
    return WASI_SUCCESS;
}

/* Walks on to the last component. */
static u16 walk_on(struct walk *walk) {
    for (;;) {
        const char *path = walk->path;
        u32 start = walk->next;
        while (walk->next < walk->end && path[walk->next] != '/')
            walk->next++;
        u32 size = walk->next - start;
        char *name = walk->path + start;
        while (walk->next < walk->end && path[walk->next] == '/') {
            walk->next++;
            walk->must_be_directory = walk->next == walk->end || walk->must_be_directory;
        }
        bool last = walk->next == walk->end;
        bool here = size == 1 && name[0] == '.';
        bool above = size == 2 && name[0] == '.' && name[1] == '.';
        u16 error = WASI_SUCCESS;
        name[size] = 0; /* over the slash, or behind the end where there is room for it */
        if (above)
            error = walk_up(walk);
        if (error)
            return error;
        if (here || above) {
            walk->name = ".";
            walk->must_be_directory = last || walk->must_be_directory;
        } else if (last) {
            walk->name = name;
        } else {
            error = walk_down(walk, name, size);
            if (error == WASI_ELOOP)
                error = walk_link(walk, name);
            if (error)
                return error;
        }
        if (last)
            return WASI_SUCCESS;
    }
}

INTERNAL u16 walk_start(struct walk *walk, file_handle root, u32 path, u32 path_size) {
    walk->root = walk->directory = root;
    walk->must_be_directory = false;
    walk->links = walk->done_size = walk->next = 0;
    walk->end = path_size;
    if (!guest_range(path, path_size))
        return WASI_EFAULT;
    if (path_size == 0)
        return WASI_ENOENT;
    if (path_size >= WALK_PATH_MAX)
        return WASI_ENAMETOOLONG;
    guest_copy_in(walk->path, path, path_size);
    for (u32 i = 0; i < path_size; i++) {
        if (walk->path[i] == 0)
            return WASI_EINVAL;
    }
    return walk->path[0] == '/' ? WASI_ENOTCAPABLE : walk_on(walk);
}

INTERNAL u16 walk_follow(struct walk *walk) {
    u16 error = walk_link(walk, walk->name);
    return error ? error : walk_on(walk);
}

INTERNAL void walk_end(struct walk *walk) {
    walk_enter(walk, walk->root);
}
