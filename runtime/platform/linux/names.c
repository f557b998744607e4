/* What changes names in a directory on Linux. */
#include "../files.h"
#include "errno.h"
#include "syscall.h"

#define SYS_MKDIRAT LINUX_SYSCALL_NUMBER(258, 34)
#define SYS_UNLINKAT LINUX_SYSCALL_NUMBER(263, 35)
#define SYS_RENAMEAT2 LINUX_SYSCALL_NUMBER(264, 276) /* x86-64: renameat, which sees no flags */
#define SYS_LINKAT LINUX_SYSCALL_NUMBER(265, 37)
#define SYS_SYMLINKAT LINUX_SYSCALL_NUMBER(266, 36)
#define SYS_READLINKAT LINUX_SYSCALL_NUMBER(267, 78)

enum { AT_REMOVEDIR = 0x200 };

INTERNAL u16 file_make_directory(file_handle directory, const char *name) {
    return linux_error(linux_syscall(SYS_MKDIRAT, directory, name, 0777));
}

INTERNAL u16 file_remove_directory(file_handle directory, const char *name) {
    return linux_error(linux_syscall(SYS_UNLINKAT, directory, name, AT_REMOVEDIR));
}

INTERNAL u16 file_unlink(file_handle directory, const char *name) {
    return linux_error(linux_syscall(SYS_UNLINKAT, directory, name, 0));
}

INTERNAL u16 file_rename(
    file_handle from_directory, const char *from, file_handle to_directory, const char *to) {
    return linux_error(linux_syscall(SYS_RENAMEAT2, from_directory, from, to_directory, to, 0));
}

INTERNAL u16 file_link(
    file_handle from_directory, const char *from, file_handle to_directory, const char *to) {
    return linux_error(linux_syscall(SYS_LINKAT, from_directory, from, to_directory, to, 0));
}

INTERNAL u16 file_make_link(const char *target, file_handle directory, const char *name) {
    return linux_error(linux_syscall(SYS_SYMLINKAT, target, directory, name));
}

INTERNAL u16 file_read_link(
    file_handle directory, const char *name, void *target, u64 size, u64 *target_size) {
    char none;
    /* The kernel refuses an empty buffer before it looks for the link. */
    i64 result = linux_syscall(
        SYS_READLINKAT, directory, name, size ? target : &none, size ? size : sizeof none);
    *target_size = size ? (u64)result : 0;
    return linux_error(result);
}
