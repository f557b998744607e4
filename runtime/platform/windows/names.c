/* What changes names in a directory on Windows: making, removing, renaming, links. */
#include "../files.h"
#include "errno.h"

INTERNAL u16 file_make_directory(file_handle directory, const char *name) {
    win_handle made;
    if (name[0] == '.' && !name[1])
        return WASI_EEXIST;
    u16 error =
        nt_open(directory, name, NT_READ_ATTRIBUTES, NT_CREATE, NT_DIRECTORY_FILE, &made);
    if (!error)
        CloseHandle(made);
    return error;
}

/* Removed at once, as in POSIX, where the system can do so, else when the last one closes it. */
static u16 win_remove(win_handle file) {
    u32 flags = 1 | 2 | 0x10; /* delete, with the semantics of POSIX, even if marked read-only */
    u8 remove = 1;
    u16 error = nt_set(file, &flags, sizeof flags, NT_DISPOSITION_INFORMATION_EX);
    if (error == WASI_EINVAL || error == WASI_ENOTSUP || error == WASI_EIO)
        error = nt_set(file, &remove, sizeof remove, NT_DISPOSITION_INFORMATION);
    return error;
}

static u16 win_remove_at(file_handle directory, const char *name, bool remove_directory) {
    struct file_status status;
    win_handle file;
    u16 error = nt_open(directory, name, NT_DELETE | NT_READ_ATTRIBUTES, NT_OPEN, 0, &file);
    if (error)
        return error;
    error = win_disk_status(file, &status);
    if (!error && remove_directory && status.type != WASI_FILETYPE_DIRECTORY)
        error = WASI_ENOTDIR;
    if (!error && !remove_directory && status.type == WASI_FILETYPE_DIRECTORY)
        error = WASI_EISDIR;
    if (!error)
        error = win_remove(file);
    CloseHandle(file);
    return error;
}

INTERNAL u16 file_remove_directory(file_handle directory, const char *name) {
    return name[0] == '.' && !name[1] ? WASI_EINVAL : win_remove_at(directory, name, true);
}

INTERNAL u16 file_unlink(file_handle directory, const char *name) {
    return win_remove_at(directory, name, false);
}

static u16 win_target(file_handle directory, const char *name, struct nt_name_information *target) {
    u16 units[WIN_NAME_MAX * 3 + 2];
    u32 size;
    u16 error = win_name(name, true, units, &size);
    if (error)
        return error;
    target->root = win_file(directory);
    target->name_size = size * 2;
    __builtin_memcpy(target->name, units, size * 2);
    return WASI_SUCCESS;
}

/* Renames to the target, or links to it. The system takes no less than the whole of its structure, in which a name has room for
   two letters. */
static u16 win_set_target(win_handle file, struct nt_name_information *target, u32 class) {
    const u32 least = 24, size = offsetof(struct nt_name_information, name) + target->name_size;
    return nt_set(file, target, size < least ? least : size, class);
}

/* What may take whose place: files that of files, directories that of empty directories. */
static u16 win_check_rename(win_handle file, file_handle to_directory, const char *to, bool *same,
    bool *replaces_directory) {
    struct file_status from_status, to_status;
    u16 error = win_disk_status(file, &from_status);
    *same = *replaces_directory = false;
    if (error || file_status_at(to_directory, to, &to_status))
        return error;
    bool from_is_directory = from_status.type == WASI_FILETYPE_DIRECTORY;
    *same = from_status.inode == to_status.inode && from_status.device == to_status.device &&
            from_status.links > 1;
    *replaces_directory = to_status.type == WASI_FILETYPE_DIRECTORY && from_is_directory &&
                          from_status.inode != to_status.inode;
    if (to_status.type == WASI_FILETYPE_DIRECTORY)
        return from_is_directory ? WASI_SUCCESS : WASI_EISDIR;
    return from_is_directory ? WASI_ENOTDIR : WASI_SUCCESS;
}

INTERNAL u16 file_rename(
    file_handle from_directory, const char *from, file_handle to_directory, const char *to) {
    struct nt_name_information target;
    bool same, replaces_directory;
    win_handle file;
    if ((from[0] == '.' && !from[1]) || (to[0] == '.' && !to[1]))
        return WASI_EBUSY;
    u16 error = win_target(to_directory, to, &target);
    if (!error)
        error = nt_open(from_directory, from, NT_DELETE | NT_READ_ATTRIBUTES, NT_OPEN, 0, &file);
    if (error)
        return error;
    error = win_check_rename(file, to_directory, to, &same, &replaces_directory);
    if (!error && !same) {
        /* Replace, with the semantics of POSIX, even what is marked read-only. */
        target.flags = 1 | 2 | 0x40;
        error = win_set_target(file, &target, NT_RENAME_INFORMATION_EX);
        if (error == WASI_EINVAL || error == WASI_ENOTSUP || error == WASI_EIO) {
            /* An older system replaces no directories. */
            error = replaces_directory ? file_remove_directory(to_directory, to) : WASI_SUCCESS;
            target.flags = 1;
            bool removed = !error && replaces_directory;
            if (!error)
                error = win_set_target(file, &target, NT_RENAME_INFORMATION);
            /* A directory cannot be renamed into itself, say. */
            if (error && removed)
                file_make_directory(to_directory, to);
        }
    }
    CloseHandle(file);
    return error;
}

INTERNAL u16 file_link(
    file_handle from_directory, const char *from, file_handle to_directory, const char *to) {
    struct nt_name_information target;
    win_handle file;
    u16 error = win_target(to_directory, to, &target);
    if (!error)
        error = nt_open(
            from_directory, from, NT_WRITE_ATTRIBUTES, NT_OPEN, NT_NON_DIRECTORY_FILE, &file);
    if (error)
        return error == WASI_EISDIR ? WASI_EPERM : error;
    target.flags = 0;
    error = win_set_target(file, &target, NT_LINK_INFORMATION);
    CloseHandle(file);
    return error;
}

#define WIN_LINK_MAX 4096

/* A relative link. Windows wants to know whether it leads to a directory: so says what the target
   is now, if it stands beside the link, else it is taken for a file. */
INTERNAL u16 file_make_link(const char *target, file_handle directory, const char *name) {
    static struct nt_reparse link;
    struct nt_status_block status;
    struct file_status target_status;
    win_handle file;
    bool beside = true;
    for (const char *c = target; *c; c++)
        beside = beside && *c != '/';
    u32 size = win_to_utf16(target, link.link.names, WIN_LINK_MAX);
    if (size == 0)
        return WASI_EILSEQ;
    /* Absolute for Windows, as a slash is for the program. */
    if (link.link.names[0] == '\\')
        return WASI_ENOTCAPABLE;
    for (u32 i = 0; i < size; i++) {
        if (link.link.names[i] == '/')
            link.link.names[i] = '\\';
    }
    bool to_directory = beside && !file_status_at(directory, target, &target_status) &&
                        target_status.type == WASI_FILETYPE_DIRECTORY;
    u16 error = nt_open(directory, name, NT_WRITE_ATTRIBUTES | NT_WRITE_DATA | NT_DELETE, NT_CREATE,
        to_directory ? NT_DIRECTORY_FILE : NT_NON_DIRECTORY_FILE, &file);
    if (error)
        return error;
    link.tag = NT_TAG_LINK;
    link.name_offset = link.shown_offset = 0;
    link.name_size = link.shown_size = (u16)(size * 2);
    link.size = (u16)(12 + size * 2);
    link.link.flags = 1; /* relative */
    error = nt_error(NtFsControlFile(file, NULL, NULL, NULL, &status, NT_SET_REPARSE_POINT, &link,
        8u + link.size, NULL, 0));
    if (error)
        win_remove(file);
    CloseHandle(file);
    return error;
}

/* The target's units, and whether it is relative. */
static bool win_link_target(const struct nt_reparse *link, const u16 **units, u32 *size) {
    bool symbolic = link->tag == NT_TAG_LINK;
    const u16 *names = symbolic ? link->link.names : link->mount_names;
    *units = names + link->name_offset / 2;
    *size = link->name_size / 2;
    return symbolic && (link->link.flags & 1);
}

/* The target of an open link, with slashes, absolute if it begins with one. */
static u16 win_link_text(win_handle file, const char **text, u32 *size) {
    static struct nt_reparse link;
    static char buffer[sizeof link * 2];
    struct nt_status_block status;
    const u16 *units;
    u32 count;
    u16 error = nt_error(NtFsControlFile(
        file, NULL, NULL, NULL, &status, NT_GET_REPARSE_POINT, NULL, 0, &link, sizeof link));
    if (error)
        return error;
    if (link.tag != NT_TAG_LINK && link.tag != NT_TAG_MOUNT)
        return WASI_EINVAL;
    bool relative = win_link_target(&link, &units, &count);
    if ((const u8 *)(units + count) > (const u8 *)&link + sizeof link)
        return WASI_EIO;
    buffer[0] = '/';
    *size = 1 + win_from_utf16(units, count, buffer + 1);
    for (u32 i = 1; i < *size; i++)
        buffer[i] = buffer[i] == '\\' ? '/' : buffer[i];
    *text = relative ? buffer + 1 : buffer;
    *size -= relative;
    return WASI_SUCCESS;
}

INTERNAL u16 file_read_link(
    file_handle directory, const char *name, void *target, u64 size, u64 *target_size) {
    const char *text;
    win_handle file;
    u32 length;
    u16 error = nt_open(directory, name, NT_READ_ATTRIBUTES, NT_OPEN, 0, &file);
    if (error)
        return error;
    error = win_link_text(file, &text, &length);
    CloseHandle(file);
    if (error)
        return error;
    *target_size = length < size ? length : size;
    __builtin_memcpy(target, text, *target_size);
    return WASI_SUCCESS;
}
