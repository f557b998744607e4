/* Linux error numbers to macOS's (<sys/errno.h>). Up to 34 they agree, but for EAGAIN and EDEADLK. */
#include "darwin.h"

static const u8 from_linux[134] = {
    [11] = 35,  /* EAGAIN */        [35] = 11,  /* EDEADLK */      [36] = 63,   /* ENAMETOOLONG */
    [37] = 77,  /* ENOLCK */        [38] = 78,  /* ENOSYS */       [39] = 66,   /* ENOTEMPTY */
    [40] = 62,  /* ELOOP */         [42] = 91,  /* ENOMSG */       [43] = 90,   /* EIDRM */
    [61] = 96,  /* ENODATA */       [67] = 97,  /* ENOLINK */      [71] = 100,  /* EPROTO */
    [72] = 95,  /* EMULTIHOP */     [74] = 94,  /* EBADMSG */      [75] = 84,   /* EOVERFLOW */
    [84] = 92,  /* EILSEQ */        [88] = 38,  /* ENOTSOCK */     [89] = 39,   /* EDESTADDRREQ */
    [90] = 40,  /* EMSGSIZE */      [91] = 41,  /* EPROTOTYPE */   [92] = 42,   /* ENOPROTOOPT */
    [93] = 43,  /* EPROTONOSUPPORT */ [94] = 44, /* ESOCKTNOSUPPORT */ [95] = 45, /* ENOTSUP */
    [97] = 47,  /* EAFNOSUPPORT */  [98] = 48,  /* EADDRINUSE */   [99] = 49,   /* EADDRNOTAVAIL */
    [100] = 50, /* ENETDOWN */      [101] = 51, /* ENETUNREACH */  [102] = 52,  /* ENETRESET */
    [103] = 53, /* ECONNABORTED */  [104] = 54, /* ECONNRESET */   [105] = 55,  /* ENOBUFS */
    [106] = 56, /* EISCONN */       [107] = 57, /* ENOTCONN */     [108] = 58,  /* ESHUTDOWN */
    [110] = 60, /* ETIMEDOUT */     [111] = 61, /* ECONNREFUSED */ [112] = 64,  /* EHOSTDOWN */
    [113] = 65, /* EHOSTUNREACH */  [114] = 37, /* EALREADY */     [115] = 36,  /* EINPROGRESS */
    [116] = 70, /* ESTALE */        [122] = 69, /* EDQUOT */       [125] = 89,  /* ECANCELED */
    [130] = 105, /* EOWNERDEAD */   [131] = 104, /* ENOTRECOVERABLE */
};

long mac_result(long result)
{
    if (result >= 0 || result < -4095)
        return result;
    long number = -result;
    *mac_error_address() = number < 134 && from_linux[number] != 0 ? from_linux[number] : (int)number;
    return -1;
}

long mac_fail(int number)
{
    *mac_error_address() = number;
    return -1;
}
