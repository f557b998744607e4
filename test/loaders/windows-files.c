/* kernel32's part of files: streams, reading and writing, status. */
#include "windows-files.h"

static u32 accesses[1 << 20];

bool may(handle file, u32 access)
{
    int descriptor = descriptor_of(file);
    return descriptor < 3 || (descriptor < 1 << 20 && (accesses[descriptor] & access) == access);
}

void set_access(long descriptor, u32 access)
{
    if (descriptor >= 1 << 20)
        die("more than a million files are open", NULL);
    accesses[descriptor] = access;
}

bool path_of(int descriptor, char path[4096])
{
    char link[32] = "/proc/self/fd/", digits[12];
    size_t count = 0, length = 14;
    do
        digits[count++] = (char)('0' + descriptor % 10), descriptor /= 10;
    while (descriptor > 0);
    while (count > 0)
        link[length++] = digits[--count];
    link[length] = 0;
    long size = SYSCALL(SYS_readlinkat, AT_FDCWD, link, path, 4095);
    if (size < 0)
        return false;
    path[size] = 0;
    struct statx status;
    return SYSCALL(SYS_statx, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, 0xfff, &status) == 0;
}

/* A link to a directory has both attributes on Windows. */
u32 attributes_of(int descriptor, const char *name, const struct statx *status)
{
    u32 kind = status->mode & S_IFMT;
    if (kind == S_IFDIR)
        return ATTRIBUTE_DIRECTORY;
    if (kind != S_IFLNK)
        return ATTRIBUTE_NORMAL;
    struct statx target;
    char path[4096];
    if (name[0] == 0 && path_of(descriptor, path))
        descriptor = AT_FDCWD, name = path;
    bool to_directory =
        SYSCALL(SYS_statx, descriptor, name, 0, 0xfff, &target) == 0 && (target.mode & S_IFMT) == S_IFDIR;
    return ATTRIBUTE_REPARSE | (to_directory ? ATTRIBUTE_DIRECTORY : 0);
}

static boolean fail(u32 error)
{
    set_last_error(error);
    return 0;
}

static boolean fail_with(long linux_result) { return fail(error_of_status(status_of(linux_result))); }

static long status_by_descriptor(handle file, struct statx *status)
{
    return SYSCALL(SYS_statx, descriptor_of(file), "", AT_EMPTY_PATH, 0xfff, status);
}

static WINAPI handle get_std_handle(u32 which)
{
    return handle_of(-10 - (i32)which); /* STD_INPUT_HANDLE is -10, output -11, error -12 */
}

static WINAPI boolean close_handle(handle file)
{
    long result = SYSCALL(SYS_close, descriptor_of(file));
    return result < 0 ? fail_with(result) : 1;
}

static WINAPI u32 get_file_type(handle file)
{
    struct statx status;
    if (status_by_descriptor(file, &status) < 0) {
        set_last_error(6);
        return 0;
    }
    switch (status.mode & S_IFMT) {
    case 0020000: return 2;                                  /* a character device */
    case 0010000: case 0140000: return 3;                    /* pipes and sockets */
    default: return 1;
    }
}

struct overlapped { u64 internal[2], offset; handle event; };

/* A place given moves the file's position as well, which pread does not. */
static WINAPI boolean read_file(handle file, void *to, u32 size, u32 *done, struct overlapped *place)
{
    if (!may(file, READ_DATA))
        return fail(5);
    *done = 0;
    int descriptor = descriptor_of(file);
    if (place != NULL)
        SYSCALL(SYS_lseek, descriptor, place->offset, 0);
    long result = SYSCALL(SYS_read, descriptor, to, size);
    if (result < 0)
        return fail_with(result);
    *done = (u32)result;
    if (result == 0 && size > 0 && get_file_type(file) == 3)
        return fail(109); /* ERROR_BROKEN_PIPE: no writer is left */
    if (result == 0 && size > 0 && place != NULL)
        return fail(38); /* ERROR_HANDLE_EOF */
    return 1;
}

static WINAPI boolean write_file(handle file, const void *from, u32 size, u32 *done, struct overlapped *place)
{
    if (!may(file, WRITE_DATA) && !may(file, APPEND_DATA))
        return fail(5);
    *done = 0;
    int descriptor = descriptor_of(file);
    if ((place != NULL && place->offset == ~0ull) || !may(file, WRITE_DATA))
        SYSCALL(SYS_lseek, descriptor, 0, 2);
    else if (place != NULL)
        SYSCALL(SYS_lseek, descriptor, place->offset, 0);
    long result = SYSCALL(SYS_write, descriptor, from, size);
    if (result < 0)
        return result == -32 ? fail(232) : fail_with(result); /* EPIPE: ERROR_NO_DATA */
    *done = (u32)result;
    return 1;
}

static WINAPI boolean set_file_pointer(handle file, i64 distance, i64 *position, u32 whence)
{
    long result = SYSCALL(SYS_lseek, descriptor_of(file), distance, whence);
    if (result == -EINVAL)
        return fail(whence > 2 ? 87 : 131); /* ERROR_NEGATIVE_SEEK */
    if (result < 0)
        return fail_with(result);
    if (position != NULL)
        *position = result;
    return 1;
}

static WINAPI boolean flush_file_buffers(handle file)
{
    if (!may(file, WRITE_DATA) && !may(file, APPEND_DATA))
        return fail(5);
    long result = SYSCALL(SYS_fsync, descriptor_of(file));
    return result < 0 ? fail_with(result) : 1;
}

struct file_information {
    u32 attributes, created[2], accessed[2], modified[2], volume, size_high, size_low, links, index_high, index_low;
};

static WINAPI boolean get_file_information(handle file, struct file_information *to)
{
    struct statx status;
    long result = status_by_descriptor(file, &status);
    if (result < 0)
        return fail_with(result);
    u64 created = file_time(status.born), accessed = file_time(status.accessed), modified = file_time(status.modified);
    u64 size = (status.mode & S_IFMT) == S_IFREG ? status.size : 0;
    *to = (struct file_information){
        .attributes = attributes_of(descriptor_of(file), "", &status),
        .created = {(u32)created, (u32)(created >> 32)},
        .accessed = {(u32)accessed, (u32)(accessed >> 32)},
        .modified = {(u32)modified, (u32)(modified >> 32)},
        .volume = status.dev_major << 8 | status.dev_minor,
        .size_high = (u32)(size >> 32),
        .size_low = (u32)size,
        .links = status.links,
        .index_high = (u32)(status.inode >> 32),
        .index_low = (u32)status.inode,
    };
    return 1;
}

struct pollfd { i32 descriptor; int16_t events, returned; };

static int16_t poll_now(handle file)
{
    struct pollfd wish = {descriptor_of(file), 1, 0};
    struct timespec limit = {0, 0};
    SYSCALL(SYS_ppoll, &wish, 1, &limit, 0, 8);
    return wish.returned;
}

static WINAPI boolean peek_named_pipe(handle pipe, void *data, u32 size, u32 *done, u32 *available, u32 *left)
{
    (void)size;
    if (data != NULL || done != NULL || left != NULL)
        die("PeekNamedPipe is for the number of bytes only here", NULL);
    i32 count = 0;
    long result = SYSCALL(SYS_ioctl, descriptor_of(pipe), 0x541b /* FIONREAD */, &count);
    if (result < 0)
        return fail_with(result);
    if (count == 0 && (poll_now(pipe) & 0x10)) /* POLLHUP */
        return fail(109);
    if (available != NULL)
        *available = (u32)count;
    return 1;
}

static WINAPI u32 wait_for_single_object(handle object, u32 milliseconds)
{
    struct pollfd wish = {descriptor_of(object), 1, 0};
    struct timespec limit = {milliseconds / 1000, (i64)(milliseconds % 1000) * 1000000};
    return SYSCALL(SYS_ppoll, &wish, 1, milliseconds == ~0u ? NULL : &limit, 0, 8) > 0 ? 0 : 258; /* WAIT_TIMEOUT */
}

static WINAPI boolean no_console(void) { return fail(6); }

/* Only for the roots of the grants: an existing file or directory, links followed. */
static WINAPI handle create_file(const wchar *path, u32 access, u32 share, void *security, u32 disposition, u32 flags,
                                 handle template_file)
{
    (void)share, (void)security, (void)flags, (void)template_file;
    char name[8192];
    size_t size = utf8_from_utf16(name, sizeof name - 1, path, wide_length(path));
    if (size >= sizeof name || disposition != 3 || (access & (WRITE_DATA | APPEND_DATA)))
        die("CreateFileW is for opening what exists, for reading, here", NULL);
    name[size] = 0;
    for (size_t i = 0; i < size; i++)
        if (name[i] == '\\')
            name[i] = '/';
    char *start = memcmp(name, "//?/", 4) == 0 || memcmp(name, "//./", 4) == 0 ? name + 4 : name;
    if (start[0] != 0 && start[1] == ':')
        start += 2;
    long file = SYSCALL(SYS_openat, AT_FDCWD, start, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
    if (file < 0) {
        fail_with(file);
        return INVALID_HANDLE;
    }
    set_access(file, access);
    return handle_of(file);
}

const struct windows_export windows_file_exports[] = {
    {"GetStdHandle", get_std_handle}, {"CloseHandle", close_handle}, {"GetFileType", get_file_type},
    {"ReadFile", read_file}, {"WriteFile", write_file}, {"SetFilePointerEx", set_file_pointer},
    {"FlushFileBuffers", flush_file_buffers}, {"GetFileInformationByHandle", get_file_information},
    {"PeekNamedPipe", peek_named_pipe}, {"WaitForSingleObject", wait_for_single_object},
    {"GetConsoleMode", no_console}, {"ReadConsoleW", no_console}, {"WriteConsoleW", no_console},
    {"CreateFileW", create_file}, {NULL, NULL},
};
