/* The granted directories, opened when a program first asks for one. */
#include "../platform/process.h"
#include "../program.h"
#include "fds.h"
#include "grant_paths.c"
#include "strings.h"

#define HOST_PATH_MAX 4096

static bool preopens_opened;

/* Appends to a buffer of HOST_PATH_MAX bytes; what does not fit is cut off, and `size` shows it. */
static u64 path_append(char *buffer, u64 size, const char *text) {
    for (; *text; text++, size++) {
        if (size < HOST_PATH_MAX - 1)
            buffer[size] = *text;
    }
    buffer[size < HOST_PATH_MAX ? size : HOST_PATH_MAX - 1] = 0;
    return size;
}

/* What follows `prefix` in a host path: empty or beginning with a separator; NULL if it has another
   prefix. */
static const char *after_prefix(const char *path, const char *prefix) {
    while (*prefix && *path == *prefix) {
        path++;
        prefix++;
    }
    return *prefix || (*path && *path != '/' && *path != '\\') ? NULL : path;
}

#ifdef _WIN32
#define HOME_VARIABLE "USERPROFILE"
#else
#define HOME_VARIABLE "HOME"
#endif

static const char *home_directory(void) {
    static const char prefix[] = HOME_VARIABLE "=";
    for (const char *const *variable = process_environment(); *variable; variable++) {
        u64 i = 0;
        while (prefix[i] && (*variable)[i] == prefix[i])
            i++;
        if (!prefix[i])
            return *variable + i;
    }
    return NULL;
}

/* The directory's path with $CWD, $EXE_DIR or $HOME replaced; NULL, or why there is none. */
static const char *host_path(const char *host, char *path) {
    const char *rest;
    u64 size = 0;
    if ((rest = after_prefix(host, "$CWD"))) {
        size = path_append(path, 0, ".");
    } else if ((rest = after_prefix(host, "$EXE_DIR"))) {
        size = process_executable_path(path, HOST_PATH_MAX);
        while (size && path[size - 1] != '/' && path[size - 1] != '\\')
            size--;
        if (!size)
            return "the system does not say where the executable is";
    } else if ((rest = after_prefix(host, "$HOME"))) {
        const char *home = home_directory();
        /* Empty, it would make the rest a path from the root. */
        if (!home || !*home)
            return "the variable " HOME_VARIABLE " is not set";
        size = path_append(path, 0, home);
    } else {
        rest = *host ? host : ".";
    }
    size = path_append(path, size, rest);
    return size < HOST_PATH_MAX ? NULL : "its path is too long";
}

static const char *open_failure(u16 error) {
    switch (error) {
    case WASI_ENOENT:
        return "it does not exist";
    case WASI_ENOTDIR:
        return "it is not a directory";
    case WASI_EACCES:
    case WASI_EPERM:
        return "permission denied";
    case WASI_ENAMETOOLONG:
        return "its path is too long";
    case WASI_ELOOP:
        return "its path leads through links that a program may have made, or through too many";
    default:
        return "the system refused";
    }
}

static _Noreturn WASM_COLD void preopen_failed(const struct wasm_grant_dir *dir, const char *failure) {
    char message[HOST_PATH_MAX];
    u64 size = path_append(message, 0, "cannot open the granted directory ");
    size = path_append(message, size, dir->host);
    size = path_append(message, size, " (seen by the program as ");
    size = path_append(message, size, dir->guest);
    size = path_append(message, size, "): ");
    path_append(message, size, failure);
    wasm_fail(message);
}

/* The directories inside the executable come last. */
static void embedded_open(void) {
#ifdef WASM_EMBED
    for (u32 i = 0; i < wasm_program.embedded_count; i++) {
        const struct wasm_embedded_dir *dir = &wasm_program.embedded[i];
        struct fd fd = {
            .file = embed_directory(dir->node),
            .rights_base = RIGHTS_DIRECTORY,
            .rights_inheriting = RIGHTS_DIRECTORY | RIGHTS_FILE,
            .guest = dir->guest,
            .type = WASI_FILETYPE_DIRECTORY,
            .read_only = true,
        };
        if (fd_add_granted(&fd))
            wasm_fail("more directories than open files are granted");
    }
#endif
}

/* An entry of the table, opened as its path leads there. */
static u16 granted_enter(const struct wasm_grant_dir *dir, const char *path) {
    struct fd fd = {
        .rights_base = RIGHTS_DIRECTORY,
        .rights_inheriting = RIGHTS_DIRECTORY | RIGHTS_FILE,
        .guest = dir->guest,
        .type = WASI_FILETYPE_DIRECTORY,
        .read_only = dir->read_only,
    };
    fd.absent = open_host(path, &fd.file);
    return fd_add_granted(&fd);
}

/* Opened as its path may lead there, which is known when all have been entered. */
static u16 granted_open(const struct wasm_grant_dir *dir, char *path, struct fd *fd) {
    file_handle file = FILE_NONE;
    u16 error = open_granted_path(path, dir->when_absent == GRANT_CREATE, &file);
    if (!fd->absent)
        file_close(fd->file);
    fd->file = file;
    fd->absent = error == WASI_ENOENT && dir->when_absent == GRANT_OPTIONAL;
    return fd->absent ? WASI_SUCCESS : error;
}

INTERNAL void preopens_open(void) {
    char path[HOST_PATH_MAX];
    u32 number = FD_GRANTED;
    if (preopens_opened)
        return;
    preopens_opened = true;
    for (u32 i = 0; i < 2 * wasm_program.dir_count; i++) {
        const bool entered = i >= wasm_program.dir_count;
        const struct wasm_grant_dir *dir = &wasm_program.dirs[entered ? i - wasm_program.dir_count : i];
        const char *failure = host_path(dir->host, path);
        struct fd *fd;
        if (failure)
            preopen_failed(dir, failure);
        while (entered && !fd_get(number++, 0, &fd) && fd->guest != dir->guest)
            continue;
        u16 error = entered ? granted_open(dir, path, fd) : granted_enter(dir, path);
        if (error)
            preopen_failed(dir, open_failure(error));
    }
    embedded_open();
}

static u16 preopen_get(u32 number, struct fd **fd) {
    preopens_open();
    u16 error = fd_get(number, 0, fd);
    return error || (*fd)->guest ? error : WASI_EBADF;
}

WASM_API u32 wasi_snapshot_preview1__fd_prestat_get(u32 number, u32 result) {
    WASI_LOCKED;
    struct fd *fd;
    u16 error = preopen_get(number, &fd);
    if (error)
        return error;
    struct wasi_prestat stat = {.tag = WASI_PREOPEN_OTHER};
    if (fd->type == WASI_FILETYPE_DIRECTORY)
        stat = (struct wasi_prestat){.name_size = (u32)string_size(fd->guest)};
    return guest_put(result, &stat) ? WASI_SUCCESS : WASI_EFAULT;
}

WASM_API u32 wasi_snapshot_preview1__fd_prestat_dir_name(u32 number, u32 name, u32 size) {
    WASI_LOCKED;
    struct fd *fd;
    u16 error = preopen_get(number, &fd);
    if (error)
        return error;
    if (fd->type != WASI_FILETYPE_DIRECTORY)
        return WASI_ENOTDIR;
    u64 needed = string_size(fd->guest);
    if (size < needed)
        return WASI_ENAMETOOLONG;
    return guest_copy_out(name, fd->guest, needed) ? WASI_SUCCESS : WASI_EFAULT;
}
