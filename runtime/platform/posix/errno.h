/* The error numbers of macOS as WASI's. */
#ifndef WASM_POSIX_ERRNO_H
#define WASM_POSIX_ERRNO_H

#include "../../types.h"
#include "../../wasi/errno.h"

int *__error(void);

static const u8 posix_errno[] = {
    [1] = WASI_EPERM, [2] = WASI_ENOENT, [3] = WASI_ESRCH, [4] = WASI_EINTR, [5] = WASI_EIO,
    [6] = WASI_ENXIO, [7] = WASI_E2BIG, [8] = WASI_ENOEXEC, [9] = WASI_EBADF, [10] = WASI_ECHILD,
    [11] = WASI_EDEADLK, [12] = WASI_ENOMEM, [13] = WASI_EACCES, [14] = WASI_EFAULT,
    [16] = WASI_EBUSY, [17] = WASI_EEXIST, [18] = WASI_EXDEV, [19] = WASI_ENODEV,
    [20] = WASI_ENOTDIR, [21] = WASI_EISDIR, [22] = WASI_EINVAL, [23] = WASI_ENFILE,
    [24] = WASI_EMFILE, [25] = WASI_ENOTTY, [26] = WASI_ETXTBSY, [27] = WASI_EFBIG,
    [28] = WASI_ENOSPC, [29] = WASI_ESPIPE, [30] = WASI_EROFS, [31] = WASI_EMLINK,
    [32] = WASI_EPIPE, [33] = WASI_EDOM, [34] = WASI_ERANGE, [35] = WASI_EAGAIN,
    [36] = WASI_EINPROGRESS, [37] = WASI_EALREADY, [38] = WASI_ENOTSOCK, [39] = WASI_EDESTADDRREQ,
    [40] = WASI_EMSGSIZE, [41] = WASI_EPROTOTYPE, [42] = WASI_ENOPROTOOPT,
    [43] = WASI_EPROTONOSUPPORT, [45] = WASI_ENOTSUP, [47] = WASI_EAFNOSUPPORT,
    [48] = WASI_EADDRINUSE, [49] = WASI_EADDRNOTAVAIL, [50] = WASI_ENETDOWN,
    [51] = WASI_ENETUNREACH, [52] = WASI_ENETRESET, [53] = WASI_ECONNABORTED,
    [54] = WASI_ECONNRESET, [55] = WASI_ENOBUFS, [56] = WASI_EISCONN, [57] = WASI_ENOTCONN,
    [60] = WASI_ETIMEDOUT, [61] = WASI_ECONNREFUSED, [62] = WASI_ELOOP, [63] = WASI_ENAMETOOLONG,
    [65] = WASI_EHOSTUNREACH, [66] = WASI_ENOTEMPTY, [69] = WASI_EDQUOT, [70] = WASI_ESTALE,
    [77] = WASI_ENOLCK, [78] = WASI_ENOSYS, [84] = WASI_EOVERFLOW, [89] = WASI_ECANCELED,
    [90] = WASI_EIDRM, [91] = WASI_ENOMSG, [92] = WASI_EILSEQ, [94] = WASI_EBADMSG,
    [95] = WASI_EMULTIHOP, [97] = WASI_ENOLINK, [100] = WASI_EPROTO, [102] = WASI_ENOTSUP,
    [104] = WASI_ENOTRECOVERABLE, [105] = WASI_EOWNERDEAD, [107] = WASI_ENOTCAPABLE,
};

/* The result of a function that fails with -1 as an error number of WASI, 0 if it did not. */
static inline u16 posix_error(i64 result) {
    if (result != -1)
        return WASI_SUCCESS;
    u32 number = (u32)*__error();
    u16 error = number < sizeof posix_errno ? posix_errno[number] : 0;
    return error ? error : WASI_EIO;
}

#endif
