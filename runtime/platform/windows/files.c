/* Files on Windows: opened by ntdll relative to the handle of their directory, for that is the one
   way in which nothing but one component is looked up. */
#include "../../wasi/types.h"
#include "../files.h"
#include "errno.h"
#include "nt.h"
#include "sockets.h"
#include "paths.c"
#include "console.c"

#define WIN_STD_INPUT ((u32)-10)

/* -10, -11, -12; a program without a console may have none of them. */
INTERNAL file_handle file_standard(u32 number) {
    return (file_handle)GetStdHandle(WIN_STD_INPUT - number);
}

static win_handle win_file(file_handle file) {
    return (win_handle)file;
}

INTERNAL u16 file_open_root(const char *path, file_handle *file) {
    struct win_file_information information;
    u16 wide[4096];
    u32 size = win_to_utf16(path, wide, 4095);
    if (size == 0)
        return WASI_EILSEQ;
    wide[size] = 0;
    const u32 access = NT_READ_DATA | NT_TRAVERSE | NT_READ_ATTRIBUTES | NT_SYNCHRONIZE;
    win_handle opened = CreateFileW(wide, access, NT_SHARE_ALL, NULL, 3 /* open existing */,
        0x2000000 /* directories too */, NULL);
    *file = (file_handle)opened;
    if (*file == FILE_NONE)
        return win_last_error();
    if (GetFileInformationByHandle(opened, &information) &&
        (information.attributes & NT_ATTRIBUTE_DIRECTORY))
        return WASI_SUCCESS;
    CloseHandle(opened);
    return WASI_ENOTDIR;
}

/* Opens what stands at the name; with NT_OPEN_REPARSE_POINT a link itself and not its target. */
static u16 nt_open_as(file_handle directory, const char *name, u32 access, u32 disposition,
    u32 options, win_handle *file) {
    struct nt_status_block status;
    u16 units[WIN_NAME_MAX * 3 + 2];
    u32 size;
    u16 error = win_name(name, disposition != NT_OPEN, units, &size);
    if (error)
        return error;
    struct nt_string text = {(u16)(size * 2), (u16)(size * 2), units};
    struct nt_object object = {
        .size = sizeof object,
        .root = win_file(directory),
        .name = &text,
        .attributes = NT_CASE_INSENSITIVE,
    };
    return nt_error(NtCreateFile(file, access | NT_SYNCHRONIZE, &object, &status, NULL,
        NT_ATTRIBUTE_NORMAL, NT_SHARE_ALL, disposition,
        options | NT_SYNCHRONOUS | NT_BACKUP_INTENT, NULL, 0));
}

static u16 nt_open(file_handle directory, const char *name, u32 access, u32 disposition,
    u32 options, win_handle *file) {
    return nt_open_as(
        directory, name, access, disposition, options | NT_OPEN_REPARSE_POINT, file);
}

static u16 nt_set(win_handle file, void *information, u32 size, u32 class) {
    struct nt_status_block status;
    return nt_error(NtSetInformationFile(file, &status, information, size, class));
}

static bool nt_is_link(u32 attributes, u32 tag) {
    return (attributes & NT_ATTRIBUTE_REPARSE) && (tag & NT_TAG_SURROGATE);
}

static bool win_is_same_file(win_handle a, win_handle b) {
    struct win_file_information first, second;
    return GetFileInformationByHandle(a, &first) && GetFileInformationByHandle(b, &second) &&
           first.volume == second.volume && first.index_high == second.index_high &&
           first.index_low == second.index_low;
}

/* A link just opened is closed again: ELOOP. Other reparse points are files that a driver fetches
   or unpacks when they are opened in the common way; it must be the same file that this opens. */
static u16 nt_settle(
    file_handle directory, const char *name, u32 access, u32 options, win_handle *file) {
    struct nt_tag_information information = {0, 0};
    struct nt_status_block ignored;
    win_handle opened = *file;
    /* A file system that does not know the question has no links. */
    NtQueryInformationFile(opened, &ignored, &information, sizeof information, NT_TAG_INFORMATION);
    if (!(information.attributes & NT_ATTRIBUTE_REPARSE))
        return WASI_SUCCESS;
    u16 error = nt_is_link(information.attributes, information.tag)
                    ? WASI_ELOOP
                    : nt_open_as(directory, name, access, NT_OPEN, options, file);
    if (!error && !win_is_same_file(opened, *file)) {
        CloseHandle(*file);
        error = WASI_ELOOP;
    }
    CloseHandle(opened);
    return error;
}

INTERNAL u16 file_open_directory(file_handle directory, const char *name, file_handle *file) {
    const u32 access = NT_READ_DATA | NT_TRAVERSE | NT_READ_ATTRIBUTES;
    win_handle opened;
    u16 error = nt_open(directory, name, access, NT_OPEN, NT_DIRECTORY_FILE, &opened);
    /* A link to a file is no directory, but it is a link. */
    if (error == WASI_ENOTDIR) {
        struct file_status status;
        if (!file_status_at(directory, name, &status) &&
            status.type == WASI_FILETYPE_SYMBOLIC_LINK)
            return WASI_ELOOP;
    }
    if (!error)
        error = nt_settle(directory, name, access, NT_DIRECTORY_FILE, &opened);
    if (!error)
        *file = (file_handle)opened;
    return error;
}

INTERNAL u16 file_open(file_handle directory, const char *name, u32 flags, file_handle *file) {
    u32 access = NT_READ_ATTRIBUTES, options = 0, disposition = NT_OPEN;
    /* Here the rights to write are those to make files in a directory; elsewhere no directory is opened for writing. */
    bool writes_directory = (flags & FILE_DIRECTORY) && (flags & (FILE_WRITE | FILE_TRUNCATE));
    struct file_status status;
    win_handle opened;
    if (writes_directory)
        flags &= ~(u32)(FILE_WRITE | FILE_TRUNCATE);
    access |= flags & FILE_READ ? NT_READ_DATA : 0;
    access |= flags & (FILE_WRITE | FILE_TRUNCATE) ? NT_WRITE_DATA | NT_APPEND_DATA : 0;
    options |= flags & (FILE_SYNC | FILE_DATA_SYNC) ? NT_WRITE_THROUGH : 0;
    if (flags & FILE_DIRECTORY)
        options |= NT_DIRECTORY_FILE;
    else if (flags & (FILE_WRITE | FILE_TRUNCATE | FILE_CREATE))
        options |= NT_NON_DIRECTORY_FILE;
    if (flags & FILE_CREATE)
        disposition = flags & FILE_EXCLUSIVE ? NT_CREATE : NT_OPEN_IF;
    /* To set times takes a right that a file need not give; without it everything else works. */
    u16 error =
        nt_open(directory, name, access | NT_WRITE_ATTRIBUTES, disposition, options, &opened);
    if (error == WASI_EACCES)
        error = nt_open(directory, name, access, disposition, options, &opened);
    if ((error == WASI_ENOTDIR || error == WASI_EISDIR) &&
        !file_status_at(directory, name, &status) && status.type == WASI_FILETYPE_SYMBOLIC_LINK)
        return WASI_ELOOP;
    if (!error)
        error = nt_settle(directory, name, access, options, &opened);
    if (error)
        return error;
    *file = (file_handle)opened;
    if (writes_directory)
        error = WASI_EISDIR;
    else if (flags & FILE_TRUNCATE)
        error = file_set_size(*file, 0);
    if (error)
        CloseHandle(opened);
    return error;
}

/* Not on disks: a transfer at a given place moves the file's own, and back. */
INTERNAL bool file_may_wait(file_handle file) {
    return win_is_socket(file) || GetFileType(win_file(file)) != WIN_TYPE_DISK;
}

/* The system shows nothing of the process as files. */
INTERNAL bool file_is_granted(file_handle granted, file_handle file) {
    (void)granted, (void)file;
    return true;
}

INTERNAL void file_close(file_handle file) {
    if (win_is_socket(file))
        closesocket(win_socket(file));
    else
        CloseHandle(win_file(file));
}

INTERNAL bool file_is_terminal(file_handle file) {
    return !win_is_socket(file) && win_is_console(win_file(file));
}

/* From Windows' units of 100 ns since 1601. */
static u64 win_nanoseconds(u64 time) {
    return time < WIN_EPOCH ? 0 : (time - WIN_EPOCH) * WIN_TIME_UNIT;
}

static u16 win_disk_status(win_handle file, struct file_status *status) {
    struct win_file_information information;
    struct nt_basic_information basic = {.changed = 0};
    struct nt_tag_information tag = {0, 0};
    struct nt_status_block ignored;
    if (!GetFileInformationByHandle(file, &information))
        return win_last_error();
    /* What a file system does not know stays zero. */
    NtQueryInformationFile(file, &ignored, &basic, sizeof basic, NT_BASIC_INFORMATION);
    if (information.attributes & NT_ATTRIBUTE_REPARSE)
        NtQueryInformationFile(file, &ignored, &tag, sizeof tag, NT_TAG_INFORMATION);
    bool directory = information.attributes & NT_ATTRIBUTE_DIRECTORY;
    *status = (struct file_status){
        .device = information.volume,
        .inode = (u64)information.index_high << 32 | information.index_low,
        .links = information.links,
        .size = directory ? 0 : (u64)information.size_high << 32 | information.size_low,
        .accessed = win_nanoseconds(win_time_units(information.accessed)),
        .modified = win_nanoseconds(win_time_units(information.modified)),
        .changed = win_nanoseconds((u64)basic.changed),
        .type = directory ? WASI_FILETYPE_DIRECTORY : WASI_FILETYPE_REGULAR_FILE,
    };
    if (nt_is_link(tag.attributes, tag.tag))
        status->type = WASI_FILETYPE_SYMBOLIC_LINK;
    return WASI_SUCCESS;
}

INTERNAL u8 file_type(file_handle file) {
    struct win_file_information information;
    if (win_is_socket(file))
        return WASI_FILETYPE_SOCKET_STREAM;
    switch (GetFileType(win_file(file))) {
    case WIN_TYPE_DISK:
        if (!GetFileInformationByHandle(win_file(file), &information))
            return WASI_FILETYPE_UNKNOWN;
        return information.attributes & NT_ATTRIBUTE_DIRECTORY ? WASI_FILETYPE_DIRECTORY
                                                               : WASI_FILETYPE_REGULAR_FILE;
    case WIN_TYPE_CHARACTER:
        return WASI_FILETYPE_CHARACTER_DEVICE;
    default:
        return WASI_FILETYPE_UNKNOWN;
    }
}

INTERNAL u16 file_status(file_handle file, struct file_status *status) {
    if (win_is_socket(file)) {
        *status = (struct file_status){.links = 1, .type = WASI_FILETYPE_SOCKET_STREAM};
        return WASI_SUCCESS;
    }
    switch (GetFileType(win_file(file))) {
    case WIN_TYPE_DISK:
        return win_disk_status(win_file(file), status);
    case WIN_TYPE_CHARACTER:
        *status = (struct file_status){.links = 1, .type = WASI_FILETYPE_CHARACTER_DEVICE};
        return WASI_SUCCESS;
    case WIN_TYPE_PIPE:
        *status = (struct file_status){.links = 1, .type = WASI_FILETYPE_UNKNOWN};
        return WASI_SUCCESS;
    default:
        return WASI_EBADF;
    }
}

/* In names.c. */
static u16 win_link_text(win_handle file, const char **text, u32 *size);

/* A link's size is that of its target's path. */
INTERNAL u16 file_status_at(file_handle directory, const char *name, struct file_status *status) {
    const char *text;
    win_handle file;
    u32 size;
    u16 error = nt_open(directory, name, NT_READ_ATTRIBUTES, NT_OPEN, 0, &file);
    if (error)
        return error;
    error = win_disk_status(file, status);
    if (!error && status->type == WASI_FILETYPE_SYMBOLIC_LINK && !win_link_text(file, &text, &size))
        status->size = size;
    CloseHandle(file);
    return error;
}

static i64 win_time_to_set(u64 nanoseconds, bool set, bool now) {
    struct win_time time;
    if (!now)
        return set ? (i64)(nanoseconds / WIN_TIME_UNIT + WIN_EPOCH) : 0;
    GetSystemTimePreciseAsFileTime(&time);
    return (i64)win_time_units(time);
}

INTERNAL u16 file_set_times(file_handle file, const struct file_times *times) {
    u32 flags = times->flags;
    struct nt_basic_information information = {
        .accessed = win_time_to_set(
            times->accessed, flags & WASI_FSTFLAG_ATIM, flags & WASI_FSTFLAG_ATIM_NOW),
        .modified = win_time_to_set(
            times->modified, flags & WASI_FSTFLAG_MTIM, flags & WASI_FSTFLAG_MTIM_NOW),
    };
    return nt_set(win_file(file), &information, sizeof information, NT_BASIC_INFORMATION);
}

INTERNAL u16 file_set_times_at(
    file_handle directory, const char *name, const struct file_times *times) {
    win_handle file;
    u16 error = nt_open(directory, name, NT_WRITE_ATTRIBUTES, NT_OPEN, 0, &file);
    if (error)
        return error;
    error = file_set_times((file_handle)file, times);
    CloseHandle(file);
    return error;
}

INTERNAL u16 file_set_size(file_handle file, u64 size) {
    return nt_set(win_file(file), &size, sizeof size, NT_END_OF_FILE_INFORMATION);
}

INTERNAL u16 file_allocate(file_handle file, u64 offset, u64 size) {
    struct file_status status;
    u64 end = offset + size;
    u16 error = file_status(file, &status);
    if (error || end <= status.size)
        return error;
    error = nt_set(win_file(file), &end, sizeof end, NT_ALLOCATION_INFORMATION);
    return error == WASI_ENOSPC || error == WASI_EDQUOT ? error : file_set_size(file, end);
}

/* The system finds out by itself. */
INTERNAL u16 file_advise(file_handle file, u64 offset, u64 size, u32 advice) {
    (void)file, (void)offset, (void)size, (void)advice;
    return WASI_SUCCESS;
}

/* Of a file that was opened for reading there is nothing to write back. */
INTERNAL u16 file_sync(file_handle file, bool data_only) {
    (void)data_only;
    if (win_is_socket(file))
        return WASI_SUCCESS;
    if (FlushFileBuffers(win_file(file)))
        return WASI_SUCCESS;
    u16 error = win_last_error();
    bool nothing = error == WASI_EACCES || GetFileType(win_file(file)) != WIN_TYPE_DISK;
    return nothing ? WASI_SUCCESS : error;
}

/* Each write says for itself whether it appends. */
INTERNAL u16 file_set_append(file_handle file, bool append) {
    (void)file, (void)append;
    return WASI_SUCCESS;
}
