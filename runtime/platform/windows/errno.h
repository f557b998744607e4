/* The error numbers of Windows as WASI's. */
#ifndef WASM_WINDOWS_ERRNO_H
#define WASM_WINDOWS_ERRNO_H

#include "../../wasi/errno.h"
#include "nt.h"

static const struct {
    u16 number;
    u8 error;
} win_errors[] = {
    {1, WASI_ENOTSUP},        /* ERROR_INVALID_FUNCTION */
    {2, WASI_ENOENT},         /* ERROR_FILE_NOT_FOUND */
    {3, WASI_ENOENT},         /* ERROR_PATH_NOT_FOUND */
    {4, WASI_EMFILE},         /* ERROR_TOO_MANY_OPEN_FILES */
    {5, WASI_EACCES},         /* ERROR_ACCESS_DENIED */
    {6, WASI_EBADF},          /* ERROR_INVALID_HANDLE */
    {8, WASI_ENOMEM},         /* ERROR_NOT_ENOUGH_MEMORY */
    {14, WASI_ENOMEM},        /* ERROR_OUTOFMEMORY */
    {17, WASI_EXDEV},         /* ERROR_NOT_SAME_DEVICE */
    {19, WASI_EROFS},         /* ERROR_WRITE_PROTECT */
    {32, WASI_EBUSY},         /* ERROR_SHARING_VIOLATION */
    {33, WASI_EBUSY},         /* ERROR_LOCK_VIOLATION */
    {39, WASI_ENOSPC},        /* ERROR_HANDLE_DISK_FULL */
    {50, WASI_ENOTSUP},       /* ERROR_NOT_SUPPORTED */
    {80, WASI_EEXIST},        /* ERROR_FILE_EXISTS */
    {87, WASI_EINVAL},        /* ERROR_INVALID_PARAMETER */
    {109, WASI_EPIPE},        /* ERROR_BROKEN_PIPE */
    {112, WASI_ENOSPC},       /* ERROR_DISK_FULL */
    {123, WASI_ENOENT},       /* ERROR_INVALID_NAME */
    {131, WASI_EINVAL},       /* ERROR_NEGATIVE_SEEK */
    {132, WASI_ESPIPE},       /* ERROR_SEEK_ON_DEVICE */
    {145, WASI_ENOTEMPTY},    /* ERROR_DIR_NOT_EMPTY */
    {170, WASI_EBUSY},        /* ERROR_BUSY */
    {183, WASI_EEXIST},       /* ERROR_ALREADY_EXISTS */
    {206, WASI_ENAMETOOLONG}, /* ERROR_FILENAME_EXCED_RANGE */
    {223, WASI_EFBIG},        /* ERROR_FILE_TOO_LARGE */
    {232, WASI_EPIPE},        /* ERROR_NO_DATA */
    {233, WASI_EPIPE},        /* ERROR_PIPE_NOT_CONNECTED */
    {267, WASI_ENOTDIR},      /* ERROR_DIRECTORY */
    {303, WASI_EACCES},       /* ERROR_DELETE_PENDING */
    {336, WASI_EISDIR},       /* ERROR_DIRECTORY_NOT_SUPPORTED */
    {995, WASI_EINTR},        /* ERROR_OPERATION_ABORTED */
    {1142, WASI_EMLINK},      /* ERROR_TOO_MANY_LINKS */
    {1295, WASI_EDQUOT},      /* ERROR_DISK_QUOTA_EXCEEDED */
    {1314, WASI_EPERM},       /* ERROR_PRIVILEGE_NOT_HELD */
    {1921, WASI_ELOOP},       /* ERROR_CANT_RESOLVE_FILENAME */
    {4390, WASI_EINVAL},      /* ERROR_NOT_A_REPARSE_POINT */
    {4392, WASI_EIO},         /* ERROR_INVALID_REPARSE_DATA */
};

static u16 win_error(u32 number) {
    for (u32 i = 0; i < sizeof win_errors / sizeof *win_errors; i++) {
        if (win_errors[i].number == number)
            return win_errors[i].error;
    }
    return WASI_EIO;
}

/* The error of the last call to kernel32. */
static u16 win_last_error(void) {
    return win_error(GetLastError());
}

/* STATUS_FILE_IS_A_DIRECTORY is otherwise one with a refused access, a directory's name with a
   missing file's. */
#define NT_FILE_IS_A_DIRECTORY 0xc00000ba
#define NT_NOT_A_DIRECTORY 0xc0000103

/* The error of a status of ntdll. */
static u16 nt_error(u32 status) {
    if ((i32)status >= 0)
        return WASI_SUCCESS;
    if (status == NT_FILE_IS_A_DIRECTORY)
        return WASI_EISDIR;
    if (status == NT_NOT_A_DIRECTORY)
        return WASI_ENOTDIR;
    return win_error(RtlNtStatusToDosError(status));
}

#endif
