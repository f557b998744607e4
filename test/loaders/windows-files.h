/* What the parts of the file emulation share. */
#pragma once
#include "windows.h"

enum {
    STATUS_SUCCESS = 0, STATUS_BUFFER_OVERFLOW = (i32)0x80000005, STATUS_NO_MORE_FILES = (i32)0x80000006,
    STATUS_INVALID_HANDLE = (i32)0xc0000008, STATUS_INVALID_PARAMETER = (i32)0xc000000d,
    STATUS_INVALID_DEVICE_REQUEST = (i32)0xc0000010, STATUS_ACCESS_DENIED = (i32)0xc0000022,
    STATUS_OBJECT_NAME_INVALID = (i32)0xc0000033, STATUS_OBJECT_NAME_NOT_FOUND = (i32)0xc0000034,
    STATUS_OBJECT_NAME_COLLISION = (i32)0xc0000035, STATUS_FILE_IS_A_DIRECTORY = (i32)0xc00000ba,
    STATUS_DIRECTORY_NOT_EMPTY = (i32)0xc0000101, STATUS_NOT_A_DIRECTORY = (i32)0xc0000103,
    STATUS_NOT_A_REPARSE_POINT = (i32)0xc0000275, STATUS_CANT_RESOLVE = (i32)0xc0000280,
};
enum { ATTRIBUTE_DIRECTORY = 0x10, ATTRIBUTE_NORMAL = 0x80, ATTRIBUTE_REPARSE = 0x400 };
enum { READ_DATA = 1, WRITE_DATA = 2, APPEND_DATA = 4, WRITE_ATTRIBUTES = 0x100, DELETE = 0x10000 };
#define REPARSE_TAG_LINK 0xa000000cu
#define S_IFMT 0170000
#define S_IFDIR 0040000
#define S_IFREG 0100000
#define S_IFLNK 0120000

/* windows-status.c */
i32 status_of(long linux_result);
u32 error_of_status(i32 status);

/* What a descriptor was opened for; Windows checks every call against it. */
bool may(handle file, u32 access);
void set_access(long descriptor, u32 access);
/* The path of an open file, a link itself included. False if it is gone. */
bool path_of(int descriptor, char path[4096]);
u32 attributes_of(int descriptor, const char *name, const struct statx *status);
static inline u64 file_time(struct statx_time time)
{
    return ((u64)time.seconds * 10000000 + time.nanoseconds / 100) + 116444736000000000ull;
}

struct status_block { i64 status; u64 information; };
struct nt_string { u16 size, capacity; wchar *units; };
struct nt_object { u32 size; handle root; struct nt_string *name; u32 attributes; void *security, *quality; };
