/* The calls that change or ask about what stands at a path. */
#include "fds.h"
#include "guest.h"
#include "resolve.h"

/* A path to what a call is about: the directory it starts from, and the walk to its last component.
   */
struct place {
    struct fd *directory;
    struct walk walk;
};

enum place_use { PLACE_READ, PLACE_CHANGE };

/* Walks to the place. Whatever the result, walk_end(&place->walk) must follow. */
static u16 place_find(
    struct place *place, u32 number, u64 rights, enum place_use use, u32 path, u32 path_size) {
    place->walk.root = place->walk.directory = FILE_NONE;
    u16 error = fd_get_directory(number, rights, &place->directory);
    if (error)
        return error;
    if (use == PLACE_CHANGE && place->directory->read_only)
        return WASI_EROFS;
    return walk_start(&place->walk, place->directory->file, path, path_size);
}

static u16 check_lookup(u32 lookup) {
    return lookup & ~(u32)WASI_LOOKUP_SYMLINK_FOLLOW ? WASI_EINVAL : WASI_SUCCESS;
}

/* The status of what stands there; links are followed if asked for, or if a slash stands behind
   them. */
static u16 place_status(struct place *place, bool follow, struct file_status *status) {
    struct walk *walk = &place->walk;
    for (;;) {
        u16 error = file_status_at(walk->directory, walk->name, status);
        if (error)
            return error;
        if (status->type != WASI_FILETYPE_SYMBOLIC_LINK || !(follow || walk->must_be_directory))
            break;
        error = walk_follow(walk);
        if (error)
            return error;
    }
    return walk->must_be_directory && status->type != WASI_FILETYPE_DIRECTORY ? WASI_ENOTDIR
                                                                             : WASI_SUCCESS;
}

/* For what is not a directory: a slash behind its name is an error, and this is which. */
static u16 place_refuse_slash(struct place *place) {
    struct file_status status;
    if (!place->walk.must_be_directory)
        return WASI_SUCCESS;
    u16 error = file_status_at(place->walk.directory, place->walk.name, &status);
    if (error)
        return error;
    return status.type == WASI_FILETYPE_DIRECTORY ? WASI_EISDIR : WASI_ENOTDIR;
}

/* The same for what is to be made there. */
static u16 place_refuse_new_slash(struct place *place) {
    struct file_status status;
    if (!place->walk.must_be_directory)
        return WASI_SUCCESS;
    u16 error = file_status_at(place->walk.directory, place->walk.name, &status);
    return error ? error : WASI_EEXIST;
}

static u16 path_get_status(
    u32 number, u32 lookup, u32 path, u32 path_size, struct file_status *status) {
    struct place place;
    u16 error =
        place_find(&place, number, WASI_RIGHT_PATH_FILESTAT_GET, PLACE_READ, path, path_size);
    if (!error)
        error = check_lookup(lookup);
    if (!error)
        error = place_status(&place, lookup & WASI_LOOKUP_SYMLINK_FOLLOW, status);
    walk_end(&place.walk);
    return error;
}

WASM_API u32 wasi_snapshot_preview1__path_filestat_get(
    u32 number, u32 lookup, u32 path, u32 path_size, u32 result) {
    WASI_LOCKED;
    struct file_status status;
    u16 error = path_get_status(number, lookup, path, path_size, &status);
    return error ? error : put_filestat(result, &status);
}

WASM_API u32 wasi_snapshot_preview1__path_filestat_set_times(u32 number, u32 lookup, u32 path,
    u32 path_size, u64 accessed, u64 modified, u32 flags) {
    WASI_LOCKED;
    struct file_times times = {.accessed = accessed, .modified = modified, .flags = flags};
    struct file_status status;
    struct place place;
    u16 error = place_find(
        &place, number, WASI_RIGHT_PATH_FILESTAT_SET_TIMES, PLACE_CHANGE, path, path_size);
    if (!error)
        error = check_lookup(lookup);
    if (!error)
        error = check_times(flags);
    if (!error)
        error = place_status(&place, lookup & WASI_LOOKUP_SYMLINK_FOLLOW, &status);
    if (!error)
        error = file_set_times_at(place.walk.directory, place.walk.name, &times);
    walk_end(&place.walk);
    return error;
}

WASM_API u32 wasi_snapshot_preview1__path_create_directory(u32 number, u32 path, u32 path_size) {
    WASI_LOCKED;
    struct place place;
    u16 error =
        place_find(&place, number, WASI_RIGHT_PATH_CREATE_DIRECTORY, PLACE_CHANGE, path, path_size);
    if (!error)
        error = file_make_directory(place.walk.directory, place.walk.name);
    walk_end(&place.walk);
    return error;
}

WASM_API u32 wasi_snapshot_preview1__path_remove_directory(u32 number, u32 path, u32 path_size) {
    WASI_LOCKED;
    struct place place;
    u16 error =
        place_find(&place, number, WASI_RIGHT_PATH_REMOVE_DIRECTORY, PLACE_CHANGE, path, path_size);
    if (!error)
        error = file_remove_directory(place.walk.directory, place.walk.name);
    walk_end(&place.walk);
    return error;
}

WASM_API u32 wasi_snapshot_preview1__path_unlink_file(u32 number, u32 path, u32 path_size) {
    WASI_LOCKED;
    struct place place;
    u16 error =
        place_find(&place, number, WASI_RIGHT_PATH_UNLINK_FILE, PLACE_CHANGE, path, path_size);
    if (!error)
        error = place_refuse_slash(&place);
    if (!error)
        error = file_unlink(place.walk.directory, place.walk.name);
    walk_end(&place.walk);
    return error;
}

/* A target that is cut off at the buffer's end is no error, as in POSIX. */
WASM_API u32 wasi_snapshot_preview1__path_readlink(
    u32 number, u32 path, u32 path_size, u32 buffer, u32 buffer_size, u32 result) {
    WASI_LOCKED;
    struct file_status status;
    struct place place;
    u64 size = 0;
    struct guest_bytes *to = guest_range(buffer, buffer_size);
    u16 error = place_find(&place, number, WASI_RIGHT_PATH_READLINK, PLACE_READ, path, path_size);
    if (!error && !(to && guest_range(result, sizeof(u32))))
        error = WASI_EFAULT;
    if (!error && place.walk.must_be_directory)
        error = place_status(&place, true, &status);
    if (!error)
        error = file_read_link(place.walk.directory, place.walk.name, to, buffer_size, &size);
    walk_end(&place.walk);
    if (!error)
        guest_put_u32(result, (u32)size);
    return error;
}

/* An absolute target is refused: nothing here could follow it, and a program outside would leave
   the directory. */
WASM_API u32 wasi_snapshot_preview1__path_symlink(
    u32 target, u32 target_size, u32 number, u32 path, u32 path_size) {
    WASI_LOCKED;
    char text[WALK_PATH_MAX];
    struct place place;
    u16 error = place_find(&place, number, WASI_RIGHT_PATH_SYMLINK, PLACE_CHANGE, path, path_size);
    if (!error && !guest_range(target, target_size))
        error = WASI_EFAULT;
    if (!error && target_size >= sizeof text)
        error = WASI_ENAMETOOLONG;
    if (!error)
        guest_copy_in(text, target, target_size);
    for (u32 i = 0; i < target_size && !error; i++)
        error = text[i] ? WASI_SUCCESS : WASI_EINVAL;
    if (!error) {
        text[target_size] = 0;
        error = target_size == 0 ? WASI_ENOENT : text[0] == '/' ? WASI_ENOTCAPABLE : WASI_SUCCESS;
    }
    if (!error)
        error = place_refuse_new_slash(&place);
    if (!error)
        error = file_make_link(text, place.walk.directory, place.walk.name);
    walk_end(&place.walk);
    return error;
}

WASM_API u32 wasi_snapshot_preview1__path_link(u32 from_number, u32 lookup, u32 from,
    u32 from_size, u32 to_number, u32 to, u32 to_size) {
    WASI_LOCKED;
    struct file_status status;
    struct place source, target;
    u16 error = place_find(
        &source, from_number, WASI_RIGHT_PATH_LINK_SOURCE, PLACE_CHANGE, from, from_size);
    u16 target_error =
        place_find(&target, to_number, WASI_RIGHT_PATH_LINK_TARGET, PLACE_CHANGE, to, to_size);
    if (!error)
        error = target_error;
    if (!error)
        error = check_lookup(lookup);
    if (!error)
        error = place_status(&source, lookup & WASI_LOOKUP_SYMLINK_FOLLOW, &status);
    if (!error && status.type == WASI_FILETYPE_DIRECTORY)
        error = WASI_EPERM;
    if (!error)
        error = place_refuse_new_slash(&target);
    if (!error)
        error = file_link(source.walk.directory, source.walk.name, target.walk.directory,
            target.walk.name);
    walk_end(&source.walk);
    walk_end(&target.walk);
    return error;
}

WASM_API u32 wasi_snapshot_preview1__path_rename(
    u32 from_number, u32 from, u32 from_size, u32 to_number, u32 to, u32 to_size) {
    WASI_LOCKED;
    struct file_status status;
    struct place source, target;
    u16 error = place_find(
        &source, from_number, WASI_RIGHT_PATH_RENAME_SOURCE, PLACE_CHANGE, from, from_size);
    u16 target_error =
        place_find(&target, to_number, WASI_RIGHT_PATH_RENAME_TARGET, PLACE_CHANGE, to, to_size);
    if (!error)
        error = target_error;
    /* With a slash behind either name, it is a directory that is renamed. */
    if (!error && (source.walk.must_be_directory || target.walk.must_be_directory)) {
        error = file_status_at(source.walk.directory, source.walk.name, &status);
        if (!error && status.type != WASI_FILETYPE_DIRECTORY)
            error = WASI_ENOTDIR;
    }
    if (!error)
        error = file_rename(source.walk.directory, source.walk.name, target.walk.directory,
            target.walk.name);
    walk_end(&source.walk);
    walk_end(&target.walk);
    return error;
}
