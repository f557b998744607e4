/* Opening the path of a granted directory. Links on the way are followed as the system does, but not behind a directory that
   is granted to be changed: what stands there may be a link that a program made in an earlier run. */
#include "../program.h"
#include "fds.h"

static bool is_separator(char character) {
#ifdef _WIN32
    if (character == '\\')
        return true;
#endif
    return character == '/';
}

/* Once in a program, and not at each place where one is opened. */
static WASM_COLD u16 open_host(const char *path, file_handle *directory) {
    return file_open_root(path, directory);
}

/* Whether a directory is granted to be changed. `status` becomes its own. */
static bool is_changeable(file_handle directory, struct file_status *status) {
    struct file_status granted;
    struct fd *fd;
    if (file_status(directory, status))
        return false;
    for (u32 i = FD_GRANTED; !fd_get(i, 0, &fd); i++) {
        if (fd->guest && fd->type == WASI_FILETYPE_DIRECTORY && !fd->read_only && !fd->absent &&
            !file_status(fd->file, &granted) && granted.inode == status->inode && granted.device == status->device)
            return true;
    }
    return false;
}

#define LEVELS_MAX 64

/* The same of the directory that lies so many above the one in which the program runs, and of all above that. What lies deeper
   below the root is taken for changeable; one that is closed to us is passed over. */
static WASM_COLD bool is_changeable_above(u32 levels) {
    char path[1 + LEVELS_MAX * 3 + 1], *end = path;
    struct file_status status, below = {0};
    *end++ = '.';
    *end = 0;
    for (u32 level = 0; level < LEVELS_MAX; level++) {
        file_handle directory;
        if (level >= levels && !open_host(path, &directory)) {
            bool found = is_changeable(directory, &status);
            file_close(directory);
            /* Above the root is the root. */
            if (found || (status.inode == below.inode && status.device == below.device))
                return found;
            below = status;
        }
        *end++ = '/';
        *end++ = '.';
        *end++ = '.';
        *end = 0;
    }
    return true;
}

/* Where names begin: behind a drive, or a server and what it shares. */
static u64 volume_size(const char *path) {
    u64 size = 0;
#ifdef _WIN32
    if (path[0] && path[1] == ':')
        return 2;
    if (is_separator(path[0]) && is_separator(path[1])) {
        size = 2;
        for (u32 names = 0; names < 2 && path[size]; size++)
            names += is_separator(path[size]);
    }
#else
    (void)path;
#endif
    return size;
}

/* create: makes the directories that are not there, one in the other. */
static WASM_COLD u16 open_granted_path(char *path, bool create, file_handle *file) {
    u64 start = volume_size(path), end;
    const bool relative = !is_separator(path[start]);
    file_handle directory = FILE_NONE, next;
    struct file_status status;
    bool named = false, unlinked = false;
    u32 levels = 0;
    u16 error = WASI_SUCCESS;
    for (;; start = end + 1) {
        for (end = start; path[end] && !is_separator(path[end]);)
            end++;
        const char stop = path[end], *name = path + start;
        const bool up = end - start == 2 && name[0] == '.' && name[1] == '.';
        levels += up;
        if (end > start && !(end - start == 1 && *name == '.') && (named || !up)) {
            if (!named) {
                const char first = *name;
                path[start] = 0;
                if (open_host(start ? path : ".", &directory))
                    directory = FILE_NONE;
                path[start] = first;
                unlinked = relative && is_changeable_above(levels);
                named = true;
            }
            unlinked = unlinked || is_changeable(directory, &status);
            path[end] = 0;
            for (bool made = !create;; made = true) {
                if (!unlinked)
                    error = open_host(path, &next);
                else
                    error = up ? WASI_ELOOP : file_open_directory(directory, name, &next);
                if (error != WASI_ENOENT || made)
                    break;
                error = file_make_directory(directory, name);
                /* Another process may have been faster. */
                if (error && error != WASI_EEXIST)
                    break;
            }
            path[end] = stop;
            if (directory != FILE_NONE)
                file_close(directory);
            if (error && unlinked)
                return error;
            /* What is only on the way may be closed to us. */
            directory = error ? FILE_NONE : next;
        }
        if (!stop)
            break;
    }
    if (!named)
        return open_host(path, file);
    *file = directory;
    if (error || !unlinked)
        return error;
    error = file_open(directory, ".", FILE_READ | FILE_DIRECTORY, file);
    file_close(directory);
    return error;
}
