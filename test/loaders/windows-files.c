/* Streams and files. */
#include "windows.h"

static u32 error_of(long result)
{
    switch (-result) {
    case ENOENT: return 2;   /* ERROR_FILE_NOT_FOUND */
    case EBADF: return 6;    /* ERROR_INVALID_HANDLE */
    case EACCES: return 5;   /* ERROR_ACCESS_DENIED */
    case 32: return 109;     /* EPIPE: ERROR_BROKEN_PIPE */
    case 28: return 112;     /* ENOSPC: ERROR_DISK_FULL */
    default: return 87;      /* ERROR_INVALID_PARAMETER */
    }
}

static WINAPI handle get_std_handle(u32 which)
{
    return handle_of(-10 - (i32)which); /* STD_INPUT_HANDLE is -10, output -11, error -12 */
}

struct overlapped { u64 internal[2], offset; handle event; };

static WINAPI boolean write_file(handle file, const void *from, u32 size, u32 *written, struct overlapped *place)
{
    long result = place == NULL ? SYSCALL(SYS_write, descriptor_of(file), from, size)
                                : SYSCALL(SYS_pwrite64, descriptor_of(file), from, size, place->offset);
    *written = result < 0 ? 0 : (u32)result;
    if (result < 0)
        set_last_error(error_of(result));
    return result >= 0;
}

const struct windows_export windows_file_exports[] = {
    {"GetStdHandle", get_std_handle}, {"WriteFile", write_file}, {NULL, NULL},
};
