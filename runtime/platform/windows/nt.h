/* What files need of kernel32 and ntdll. */
#ifndef WASM_WINDOWS_NT_H
#define WASM_WINDOWS_NT_H

#include "system.h"

struct nt_status_block {
    u64 status, information;
};

struct nt_string {
    u16 size, capacity; /* in bytes */
    u16 *units;
};

struct nt_object {
    u32 size;
    win_handle root;
    struct nt_string *name;
    u32 attributes;
    void *security, *quality;
};

struct win_overlapped {
    u64 internal[2];
    u32 offset, offset_high;
    win_handle event;
};

struct win_file_information {
    u32 attributes;
    struct win_time created, accessed, modified;
    u32 volume, size_high, size_low, links, index_high, index_low;
};

/* FILE_BASIC_INFORMATION; times in units of 100 ns since 1601, 0 leaves one as it is. */
struct nt_basic_information {
    i64 created, accessed, modified, changed;
    u32 attributes, padding;
};

/* FILE_ATTRIBUTE_TAG_INFORMATION */
struct nt_tag_information {
    u32 attributes, tag;
};

/* FILE_RENAME_INFORMATION and FILE_LINK_INFORMATION */
struct nt_name_information {
    u32 flags;
    win_handle root;
    u32 name_size; /* in bytes */
    u16 name[260];
};

/* FILE_ID_FULL_DIR_INFORMATION */
struct nt_entry {
    u32 next, index;
    i64 created, accessed, modified, changed, size, allocated;
    u32 attributes, name_size, tag, padding;
    u64 inode;
    u16 name[];
};

/* REPARSE_DATA_BUFFER; a symbolic link has flags before its names, a mount point has none. */
struct nt_reparse {
    u32 tag;
    u16 size, reserved;
    u16 name_offset, name_size, shown_offset, shown_size;
    union {
        struct {
            u32 flags;
            u16 names[0x1ff4];
        } link;
        u16 mount_names[0x1ff6];
    };
};

_Static_assert(sizeof(struct win_file_information) == 52, "BY_HANDLE_FILE_INFORMATION");
_Static_assert(offsetof(struct nt_name_information, name) == 20, "FILE_RENAME_INFORMATION");
_Static_assert(offsetof(struct nt_entry, name) == 80, "FILE_ID_FULL_DIR_INFORMATION");

/* kernel32 */
WIN_IMPORT(u32) GetLastError(void);
WIN_IMPORT(u32) GetFileType(win_handle file);
WIN_IMPORT(win_handle) CreateFileW(const u16 *path, u32 access, u32 share, void *security,
    u32 disposition, u32 flags, win_handle template);
WIN_IMPORT(win_bool) CloseHandle(win_handle file);
WIN_IMPORT(win_bool) ReadFile(
    win_handle file, void *data, u32 size, u32 *read, struct win_overlapped *overlapped);
WIN_IMPORT(win_bool) SetFilePointerEx(win_handle file, i64 distance, i64 *position, u32 whence);
WIN_IMPORT(win_bool) FlushFileBuffers(win_handle file);
WIN_IMPORT(win_bool) GetFileInformationByHandle(
    win_handle file, struct win_file_information *information);
WIN_IMPORT(win_bool) PeekNamedPipe(
    win_handle pipe, void *data, u32 size, u32 *read, u32 *available, u32 *left);
WIN_IMPORT(u32) WaitForSingleObject(win_handle object, u32 milliseconds);
WIN_IMPORT(win_bool) GetConsoleMode(win_handle console, u32 *mode);
WIN_IMPORT(win_bool) ReadConsoleW(
    win_handle console, u16 *units, u32 count, u32 *read, void *control);
WIN_IMPORT(win_bool) WriteConsoleW(
    win_handle console, const u16 *units, u32 count, u32 *written, void *reserved);
WIN_IMPORT(win_bool) VirtualFree(void *address, size_t size, u32 type);

/* ntdll */
WIN_IMPORT(u32) RtlNtStatusToDosError(u32 status);
WIN_IMPORT(u32) NtCreateFile(win_handle *file, u32 access, struct nt_object *object,
    struct nt_status_block *status, i64 *allocation, u32 attributes, u32 share, u32 disposition,
    u32 options, void *extended, u32 extended_size);
WIN_IMPORT(u32) NtQueryInformationFile(
    win_handle file, struct nt_status_block *status, void *information, u32 size, u32 class);
WIN_IMPORT(u32) NtSetInformationFile(
    win_handle file, struct nt_status_block *status, void *information, u32 size, u32 class);
WIN_IMPORT(u32) NtQueryDirectoryFile(win_handle directory, win_handle event, void *routine,
    void *context, struct nt_status_block *status, void *entries, u32 size, u32 class, u8 single,
    struct nt_string *pattern, u8 restart);
WIN_IMPORT(u32) NtFsControlFile(win_handle file, win_handle event, void *routine, void *context,
    struct nt_status_block *status, u32 code, void *input, u32 input_size, void *output,
    u32 output_size);

enum {
    NT_READ_DATA = 1,
    NT_WRITE_DATA = 2,
    NT_APPEND_DATA = 4,
    NT_TRAVERSE = 0x20,
    NT_READ_ATTRIBUTES = 0x80,
    NT_WRITE_ATTRIBUTES = 0x100,
    NT_DELETE = 0x10000,
    NT_SYNCHRONIZE = 0x100000
};
enum { NT_SHARE_ALL = 7 };
enum { NT_OPEN = 1, NT_CREATE = 2, NT_OPEN_IF = 3 };
enum {
    NT_DIRECTORY_FILE = 1,
    NT_WRITE_THROUGH = 2,
    NT_SYNCHRONOUS = 0x20,
    NT_NON_DIRECTORY_FILE = 0x40,
    NT_BACKUP_INTENT = 0x4000,
    NT_OPEN_REPARSE_POINT = 0x200000
};
enum {
    NT_BASIC_INFORMATION = 4,
    NT_RENAME_INFORMATION = 10,
    NT_LINK_INFORMATION = 11,
    NT_DISPOSITION_INFORMATION = 13,
    NT_ALLOCATION_INFORMATION = 19,
    NT_END_OF_FILE_INFORMATION = 20,
    NT_TAG_INFORMATION = 35,
    NT_ENTRY_INFORMATION = 38,
    NT_DISPOSITION_INFORMATION_EX = 64,
    NT_RENAME_INFORMATION_EX = 65
};
enum { NT_CASE_INSENSITIVE = 0x40 };
enum { NT_ATTRIBUTE_DIRECTORY = 0x10, NT_ATTRIBUTE_NORMAL = 0x80, NT_ATTRIBUTE_REPARSE = 0x400 };
#define NT_TAG_LINK 0xa000000c
#define NT_TAG_MOUNT 0xa0000003
#define NT_TAG_SURROGATE 0x20000000 /* the bit of all tags that stand for another file */
#define NT_SET_REPARSE_POINT 0x900a4
#define NT_GET_REPARSE_POINT 0x900a8
#define NT_NO_MORE_FILES 0x80000006
#define NT_NO_SUCH_FILE 0xc000000f

enum { WIN_TYPE_DISK = 1, WIN_TYPE_CHARACTER = 2, WIN_TYPE_PIPE = 3 };

#endif
