/* The kernel's error numbers as WASI's. */
#ifndef WASM_LINUX_ERRNO_H
#define WASM_LINUX_ERRNO_H

#include "../../types.h"
#include "../../wasi/errno.h"

static const u8 linux_errno[] = {
    [1] = WASI_EPERM, [2] = WASI_ENOENT, [3] = WASI_ESRCH, [4] = WASI_EINTR, [5] = WASI_EIO,
    [6] = WASI_ENXIO, [7] = WASI_E2BIG, [8] = WASI_ENOEXEC, [9] = WASI_EBADF, [10] = WASI_ECHILD,
    [11] = WASI_EAGAIN, [12] = WASI_ENOMEM, [13] = WASI_EACCES, [14] = WASI_EFAULT,
    [16] = WASI_EBUSY, [17] = WASI_EEXIST, [18] = WASI_EXDEV, [19] = WASI_ENODEV,
    [20] = WASI_ENOTDIR, [21] = WASI_EISDIR, [22] = WASI_EINVAL, [23] = WASI_ENFILE,
    [24] = WASI_EMFILE, [25] = WASI_ENOTTY, [26] = WASI_ETXTBSY, [27] = WASI_EFBIG,
    [28] = WASI_ENOSPC, [29] = WASI_ESPIPE, [30] = WASI_EROFS, [31] = WASI_EMLINK,
    [32] = WASI_EPIPE, [33] = WASI_EDOM, [34] = WASI_ERANGE, [35] = WASI_EDEADLK,
    [36] = WASI_ENAMETOOLONG, [37] = WASI_ENOLCK, [38] = WASI_ENOSYS, [39] = WASI_ENOTEMPTY,
    [40] = WASI_ELOOP, [42] = WASI_ENOMSG, [43] = WASI_EIDRM, [67] = WASI_ENOLINK,
    [71] = WASI_EPROTO, [72] = WASI_EMULTIHOP, [74] = WASI_EBADMSG, [75] = WASI_EOVERFLOW,
    [84] = WASI_EILSEQ, [88] = WASI_ENOTSOCK, [89] = WASI_EDESTADDRREQ, [90] = WASI_EMSGSIZE,
    [91] = WASI_EPROTOTYPE, [92] = WASI_ENOPROTOOPT, [93] = WASI_EPROTONOSUPPORT,
    [95] = WASI_ENOTSUP, [97] = WASI_EAFNOSUPPORT, [98] = WASI_EADDRINUSE,
    [99] = WASI_EADDRNOTAVAIL, [100] = WASI_ENETDOWN, [101] = WASI_ENETUNREACH,
    [102] = WASI_ENETRESET, [103] = WASI_ECONNABORTED, [104] = WASI_ECONNRESET,
    [105] = WASI_ENOBUFS, [106] = WASI_EISCONN, [107] = WASI_ENOTCONN, [110] = WASI_ETIMEDOUT,
    [111] = WASI_ECONNREFUSED, [113] = WASI_EHOSTUNREACH, [114] = WASI_EALREADY,
    [115] = WASI_EINPROGRESS, [116] = WASI_ESTALE, [122] = WASI_EDQUOT, [125] = WASI_ECANCELED,
    [130] = WASI_EOWNERDEAD, [131] = WASI_ENOTRECOVERABLE,
};

/* The result of a system call as an error number of WASI, 0 if it is none. */
static inline u16 linux_error(i64 result) {
    if (result >= 0 || result < -4095)
        return WASI_SUCCESS;
    u64 number = (u64)-result;
    u16 error = number < sizeof linux_errno ? linux_errno[number] : 0;
    return error ? error : WASI_EIO;
}

#endif
