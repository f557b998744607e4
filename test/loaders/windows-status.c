/* Linux error numbers to NTSTATUS, and that to the error codes of kernel32. */
#include "windows-files.h"

static const struct { u8 number; i32 status; u16 error; } statuses[] = {
    {0, STATUS_SUCCESS, 0},
    {ENOENT, STATUS_OBJECT_NAME_NOT_FOUND, 2},
    {EBADF, STATUS_INVALID_HANDLE, 6},
    {EACCES, STATUS_ACCESS_DENIED, 5},
    {EPERM, STATUS_ACCESS_DENIED, 5},
    {EEXIST, STATUS_OBJECT_NAME_COLLISION, 183},
    {ENOTDIR, STATUS_NOT_A_DIRECTORY, 267},
    {EISDIR, STATUS_FILE_IS_A_DIRECTORY, 5},
    {EINVAL, STATUS_INVALID_PARAMETER, 87},
    {39, STATUS_DIRECTORY_NOT_EMPTY, 145},         /* ENOTEMPTY */
    {40, STATUS_CANT_RESOLVE, 1921},               /* ELOOP */
    {36, (i32)0xc0000106, 206},                    /* ENAMETOOLONG: STATUS_NAME_TOO_LONG */
    {28, (i32)0xc000007f, 112},                    /* ENOSPC: STATUS_DISK_FULL */
    {18, (i32)0xc00000d4, 17},                     /* EXDEV: STATUS_NOT_SAME_DEVICE */
    {30, (i32)0xc00000a2, 19},                     /* EROFS: STATUS_MEDIA_WRITE_PROTECTED */
    {24, (i32)0xc000011f, 4},                      /* EMFILE: STATUS_TOO_MANY_OPENED_FILES */
    {31, (i32)0xc0000265, 1142},                   /* EMLINK: STATUS_TOO_MANY_LINKS */
    {255, STATUS_NO_MORE_FILES, 18},
    {255, STATUS_BUFFER_OVERFLOW, 234},
    {255, STATUS_INVALID_DEVICE_REQUEST, 1},
    {255, STATUS_OBJECT_NAME_INVALID, 123},
    {255, STATUS_NOT_A_REPARSE_POINT, 4390},
};

i32 status_of(long result)
{
    if (result >= 0)
        return STATUS_SUCCESS;
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if (statuses[i].number == -result)
            return statuses[i].status;
    return (i32)0xc0000001; /* STATUS_UNSUCCESSFUL */
}

u32 error_of_status(i32 status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if (statuses[i].status == status)
            return statuses[i].error;
    return 317; /* ERROR_MR_MID_NOT_FOUND, as Windows answers for what it does not know */
}
