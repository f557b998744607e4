/* ntdll's part of files: opening relative to a directory, names, links, listings. Symbolic links of Linux are shown
 * as reparse points. Deleting and renaming take effect at once, as on NTFS with FILE_DISPOSITION_POSIX_SEMANTICS. */
#include "windows-files.h"

enum { OPEN = 1, CREATE = 2, OPEN_IF = 3 };
enum { DIRECTORY_FILE = 1, NON_DIRECTORY_FILE = 0x40, OPEN_REPARSE_POINT = 0x200000 };

/* One component; an empty name is the directory itself. */
static i32 component(const struct nt_string *name, char text[1024])
{
    size_t size = utf8_from_utf16(text, 1023, name->units, name->size / 2);
    if (size > 1023)
        return STATUS_OBJECT_NAME_INVALID;
    text[size] = 0;
    for (size_t i = 0; i < size; i++)
        if (text[i] == '/' || text[i] == '\\' || text[i] == ':' || text[i] == '*' || text[i] == '?' || text[i] == '"' ||
            text[i] == '<' || text[i] == '>' || text[i] == '|')
            return STATUS_OBJECT_NAME_INVALID;
    if (same(text, ".") || same(text, ".."))
        return STATUS_OBJECT_NAME_INVALID;
    if (size == 0)
        text[0] = '.', text[1] = 0;
    return STATUS_SUCCESS;
}

/* The kind of what was found decides about the flags, as in NTFS. */
static i32 check_kind(u32 attributes, u32 options)
{
    bool directory = attributes & ATTRIBUTE_DIRECTORY;
    if ((options & DIRECTORY_FILE) && !directory)
        return STATUS_NOT_A_DIRECTORY;
    if ((options & NON_DIRECTORY_FILE) && directory)
        return STATUS_FILE_IS_A_DIRECTORY;
    return STATUS_SUCCESS;
}

static WINAPI i32 create_file(handle *file, u32 access, struct nt_object *object, struct status_block *block,
                              i64 *allocation, u32 attributes, u32 share, u32 disposition, u32 options, void *extended,
                              u32 extended_size)
{
    (void)block, (void)allocation, (void)attributes, (void)share, (void)extended, (void)extended_size;
    char name[1024];
    if (object->root == 0)
        die("NtCreateFile with no directory", NULL);
    if (disposition < OPEN || disposition > OPEN_IF || !(options & OPEN_REPARSE_POINT))
        die("NtCreateFile in a way that this loader does not know", NULL);
    i32 error = component(object->name, name);
    if (error != STATUS_SUCCESS)
        return error;
    int directory = descriptor_of(object->root);
    struct statx status;
    long found = SYSCALL(SYS_statx, directory, name, AT_SYMLINK_NOFOLLOW, 0xfff, &status);
    if (found < 0 && (found != -ENOENT || disposition == OPEN))
        return status_of(found);
    if (found == 0 && disposition == CREATE)
        return STATUS_OBJECT_NAME_COLLISION;
    u32 kind = found == 0 ? status.mode & S_IFMT : options & DIRECTORY_FILE ? S_IFDIR : S_IFREG;
    if (found == 0) {
        error = check_kind(attributes_of(directory, name, &status), options);
        if (error != STATUS_SUCCESS)
            return error;
    } else if (kind == S_IFDIR) {
        long made = SYSCALL(SYS_mkdirat, directory, name, 0777);
        if (made < 0)
            return status_of(made);
    }
    bool reads = access & READ_DATA, writes = access & (WRITE_DATA | APPEND_DATA);
    long flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    if (kind == S_IFLNK || (!reads && !writes && found == 0))
        flags |= O_PATH;
    else if (kind == S_IFDIR)
        flags |= O_DIRECTORY;
    else
        flags |= (writes ? reads ? O_RDWR : O_WRONLY : O_RDONLY) | (found < 0 ? O_CREAT | O_EXCL : 0);
    long opened = SYSCALL(SYS_openat, directory, name, flags, 0666);
    if (opened < 0)
        return status_of(opened);
    set_access(opened, access);
    *file = handle_of(opened);
    return STATUS_SUCCESS;
}

struct basic_information { i64 created, accessed, modified, changed; u32 attributes, padding; };
struct name_information { u32 flags; handle root; u32 size; wchar name[]; };

static WINAPI i32 query_information(handle file, struct status_block *block, void *to, u32 size, u32 class)
{
    (void)block, (void)size;
    int descriptor = descriptor_of(file);
    struct statx status;
    long result = SYSCALL(SYS_statx, descriptor, "", AT_EMPTY_PATH, 0xfff, &status);
    if (result < 0)
        return status_of(result);
    u32 attributes = attributes_of(descriptor, "", &status);
    switch (class) {
    case 4: /* FileBasicInformation */
        *(struct basic_information *)to = (struct basic_information){
            (i64)file_time(status.born), (i64)file_time(status.accessed), (i64)file_time(status.modified),
            (i64)file_time(status.changed), attributes, 0};
        return STATUS_SUCCESS;
    case 35: /* FileAttributeTagInformation */
        ((u32 *)to)[0] = attributes;
        ((u32 *)to)[1] = attributes & ATTRIBUTE_REPARSE ? REPARSE_TAG_LINK : 0;
        return STATUS_SUCCESS;
    default: die("NtQueryInformationFile of an unknown class", NULL);
    }
}

static struct timespec time_to_set(i64 time)
{
    i64 since_1970 = time - 116444736000000000;
    if (time == 0)
        return (struct timespec){0, 0x3ffffffe}; /* UTIME_OMIT */
    return (struct timespec){since_1970 / 10000000, since_1970 % 10000000 * 100};
}

static i32 set_basic(handle file, const char *path, const struct basic_information *from)
{
    struct timespec times[2] = {time_to_set(from->accessed), time_to_set(from->modified)};
    return may(file, WRITE_ATTRIBUTES) ? status_of(SYSCALL(SYS_utimensat, AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW))
                                       : STATUS_ACCESS_DENIED;
}

static i32 remove(handle file, const char *path, bool wanted)
{
    struct statx status;
    if (!may(file, DELETE))
        return STATUS_ACCESS_DENIED;
    if (!wanted)
        return STATUS_SUCCESS;
    SYSCALL(SYS_statx, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, 0xfff, &status);
    return status_of(SYSCALL(SYS_unlinkat, AT_FDCWD, path, (status.mode & S_IFMT) == S_IFDIR ? AT_REMOVEDIR : 0));
}

static i32 rename_or_link(handle file, const char *path, const struct name_information *target, bool rename)
{
    char name[1024];
    struct nt_string text = {(u16)target->size, (u16)target->size, (wchar *)target->name};
    i32 error = component(&text, name);
    if (error != STATUS_SUCCESS)
        return error;
    if (rename && !may(file, DELETE))
        return STATUS_ACCESS_DENIED;
    struct statx there;
    int directory = descriptor_of(target->root);
    long found = SYSCALL(SYS_statx, directory, name, AT_SYMLINK_NOFOLLOW, 0xfff, &there);
    if (found == 0 && !(target->flags & 1)) /* FILE_RENAME_REPLACE_IF_EXISTS */
        return STATUS_OBJECT_NAME_COLLISION;
    if (rename)
        return status_of(SYSCALL(SYS_renameat2, AT_FDCWD, path, directory, name, 0));
    if (found == 0)
        SYSCALL(SYS_unlinkat, directory, name, 0);
    return status_of(SYSCALL(SYS_linkat, AT_FDCWD, path, directory, name, 0));
}

static i32 set_end_of_file(handle file, u64 size)
{
    return may(file, WRITE_DATA) ? status_of(SYSCALL(SYS_ftruncate, descriptor_of(file), size)) : STATUS_ACCESS_DENIED;
}

static WINAPI i32 set_information(handle file, struct status_block *block, void *from, u32 size, u32 class)
{
    (void)block;
    char path[4096];
    if ((class == 10 || class == 11 || class == 65) && size < 24)
        return (i32)0xc0000004; /* STATUS_INFO_LENGTH_MISMATCH: the whole structure, and a name's first two letters */
    if (class == 20) /* FileEndOfFileInformation */
        return set_end_of_file(file, *(u64 *)from);
    if (class == 19) /* FileAllocationInformation: the size stays */
        return may(file, WRITE_DATA) ? status_of(SYSCALL(SYS_fallocate, descriptor_of(file), 1, 0, *(u64 *)from))
                                     : STATUS_ACCESS_DENIED;
    if (!path_of(descriptor_of(file), path)) {
        /* The name is gone; times can still be set through the descriptor. */
        if (class != 4)
            return (i32)0xc0000056; /* STATUS_DELETE_PENDING */
        const struct basic_information *basic = from;
        struct timespec times[2] = {time_to_set(basic->accessed), time_to_set(basic->modified)};
        return status_of(SYSCALL(SYS_utimensat, descriptor_of(file), 0, times, 0));
    }
    switch (class) {
    case 4: return set_basic(file, path, from);
    case 13: return remove(file, path, *(u8 *)from);                 /* FileDispositionInformation */
    case 64: return remove(file, path, *(u32 *)from & 1);            /* … with flags */
    case 10: case 65: return rename_or_link(file, path, from, true); /* FileRenameInformation and with flags */
    case 11: return rename_or_link(file, path, from, false);         /* FileLinkInformation */
    default: die("NtSetInformationFile of an unknown class", NULL);
    }
}

/* FILE_ID_FULL_DIR_INFORMATION */
struct entry {
    u32 next, index;
    i64 created, accessed, modified, changed, size, allocated;
    u32 attributes, name_size, tag, padding;
    u64 inode;
    wchar name[];
};

static WINAPI i32 query_directory(handle directory, handle event, void *routine, void *context,
                                  struct status_block *block, u8 *to, u32 size, u32 class, u8 single,
                                  struct nt_string *pattern, u8 restart)
{
    static u8 buffer[16384];
    (void)event, (void)routine, (void)context, (void)block;
    if (class != 38 || pattern != NULL)
        die("NtQueryDirectoryFile in a way that this loader does not know", NULL);
    int descriptor = descriptor_of(directory);
    if (!may(directory, READ_DATA))
        return STATUS_ACCESS_DENIED;
    if (restart)
        SYSCALL(SYS_lseek, descriptor, 0, 0);
    long place = SYSCALL(SYS_lseek, descriptor, 0, 1);
    long got = SYSCALL(SYS_getdents64, descriptor, buffer, sizeof buffer);
    if (got <= 0)
        return got < 0 ? status_of(got) : STATUS_NO_MORE_FILES;
    size_t used = 0;
    struct entry *last = NULL;
    for (u8 *at = buffer; at < buffer + got;) {
        const struct linux_dirent *from = (const struct linux_dirent *)at;
        size_t units = utf16_from_utf8(NULL, 0, from->name, strlen(from->name));
        size_t length = (offsetof(struct entry, name) + units * 2 + 7) & ~(size_t)7;
        if (used + length > size || (single && last != NULL)) {
            SYSCALL(SYS_lseek, descriptor, place, 0);
            break;
        }
        struct entry *entry = (struct entry *)(to + used);
        struct statx status = {0};
        SYSCALL(SYS_statx, descriptor, from->name, AT_SYMLINK_NOFOLLOW, 0xfff, &status);
        *entry = (struct entry){
            .created = (i64)file_time(status.born), .accessed = (i64)file_time(status.accessed),
            .modified = (i64)file_time(status.modified), .changed = (i64)file_time(status.changed),
            .size = (i64)status.size, .attributes = attributes_of(descriptor, from->name, &status),
            .name_size = (u32)units * 2, .inode = from->inode,
        };
        if (entry->attributes & ATTRIBUTE_REPARSE)
            entry->tag = REPARSE_TAG_LINK;
        utf16_from_utf8(entry->name, units, from->name, strlen(from->name));
        if (last != NULL)
            last->next = (u32)((u8 *)entry - (u8 *)last);
        last = entry;
        used += length;
        place = (long)from->offset;
        at += from->length;
    }
    return last != NULL ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
}

struct reparse {
    u32 tag;
    u16 size, reserved, name_offset, name_size, shown_offset, shown_size;
    u32 flags;
    wchar names[4096];
};

static i32 get_reparse_point(const char *path, struct reparse *to, u32 size)
{
    char target[4096];
    long length = SYSCALL(SYS_readlinkat, AT_FDCWD, path, target, sizeof target);
    if (length == -EINVAL)
        return STATUS_NOT_A_REPARSE_POINT;
    if (length < 0)
        return status_of(length);
    bool relative = target[0] != '/';
    size_t units = utf16_from_utf8(NULL, 0, target, (size_t)length);
    if (offsetof(struct reparse, names) + units * 2 > size)
        return STATUS_BUFFER_OVERFLOW;
    *to = (struct reparse){
        .tag = REPARSE_TAG_LINK, .size = (u16)(12 + units * 2), .name_size = (u16)(units * 2),
        .shown_size = (u16)(units * 2), .flags = relative,
    };
    utf16_from_utf8(to->names, units, target, (size_t)length);
    for (size_t i = 0; i < units; i++)
        if (to->names[i] == '/')
            to->names[i] = '\\';
    return STATUS_SUCCESS;
}

/* The empty file or directory that was made gives way to a link. */
static i32 set_reparse_point(handle file, const char *path, const struct reparse *from)
{
    char target[4096];
    if (from->tag != REPARSE_TAG_LINK || !may(file, WRITE_ATTRIBUTES))
        return STATUS_ACCESS_DENIED;
    size_t size = utf8_from_utf16(target, sizeof target - 1, from->names + from->name_offset / 2, from->name_size / 2u);
    if (size >= sizeof target)
        return STATUS_INVALID_PARAMETER;
    target[size] = 0;
    for (size_t i = 0; i < size; i++)
        if (target[i] == '\\')
            target[i] = '/';
    i32 removed = remove(file, path, true);
    return removed != STATUS_SUCCESS ? removed : status_of(SYSCALL(SYS_symlinkat, target, AT_FDCWD, path));
}

static WINAPI i32 control_file(handle file, handle event, void *routine, void *context, struct status_block *block,
                               u32 code, void *input, u32 input_size, void *output, u32 output_size)
{
    (void)event, (void)routine, (void)context, (void)block, (void)input_size;
    char path[4096];
    if (!path_of(descriptor_of(file), path))
        return STATUS_INVALID_PARAMETER;
    switch (code) {
    case 0x900a8: return get_reparse_point(path, output, output_size);
    case 0x900a4: return set_reparse_point(file, path, input);
    default: die("NtFsControlFile with an unknown code", NULL);
    }
}

static WINAPI u32 dos_error(i32 status) { return error_of_status(status); }

const struct windows_export windows_nt_exports[] = {
    {"NtCreateFile", create_file}, {"NtQueryInformationFile", query_information},
    {"NtSetInformationFile", set_information}, {"NtQueryDirectoryFile", query_directory},
    {"NtFsControlFile", control_file}, {"RtlNtStatusToDosError", dos_error}, {NULL, NULL},
};
