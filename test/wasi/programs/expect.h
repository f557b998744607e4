/* What the programs of the suite share: expectations that print where they fail.
 * `main` ends with `return done();`: 0 when every expectation held, else 1. */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wasi/api.h>

static int failures;

static const char *error_name(int error)
{
    static char number[16];
    switch (error) {
#define NAME(symbol) case symbol: return #symbol
    case 0: return "success";
    NAME(E2BIG); NAME(EACCES); NAME(EAGAIN); NAME(EBADF); NAME(EBUSY); NAME(EEXIST); NAME(EFAULT); NAME(EFBIG);
    NAME(EILSEQ); NAME(EINVAL); NAME(ENOBUFS); NAME(EIO); NAME(EISDIR); NAME(ELOOP); NAME(EMFILE); NAME(EMLINK); NAME(ENAMETOOLONG);
    NAME(ENOENT); NAME(ENOMEM); NAME(ENOSPC); NAME(ENOSYS); NAME(ENOTCAPABLE); NAME(ENOTDIR); NAME(ENOTEMPTY);
    NAME(ENOTSOCK); NAME(ENOTSUP); NAME(ENOTTY); NAME(EOVERFLOW); NAME(EPERM); NAME(EPIPE); NAME(EROFS);
    NAME(ESPIPE); NAME(EXDEV);
#undef NAME
    default: snprintf(number, sizeof number, "error %d", error); return number;
    }
}

static inline long expect_ok(int line, const char *text, long result)
{
    if (result < 0)
        failures++, printf("line %d: %s: %s\n", line, text, error_name(errno));
    return result;
}

static inline void expect_error(int line, const char *text, int actual, int wanted, int other)
{
    if (actual != wanted && actual != other) {
        failures++;
        printf("line %d: %s: %s", line, text, error_name(actual));
        printf(", expected %s\n", error_name(wanted));
    }
}

static inline void expect_equal(int line, const char *text, long long actual, long long wanted)
{
    if (actual != wanted)
        failures++, printf("line %d: %s is %lld, expected %lld\n", line, text, actual, wanted);
}

/* The call does not return a negative number; its value. */
#define OK(call) expect_ok(__LINE__, #call, (long)(call))
/* The POSIX call fails with this errno. */
#define FAILS(error, call) FAILS_EITHER(error, error, call)
/* Where the specification leaves the choice. */
#define FAILS_EITHER(error, other, call) expect_error(__LINE__, #call, (call) < 0 ? errno : 0, error, other)
/* Outside of what the program was granted. */
#define REFUSED(call) FAILS_EITHER(ENOTCAPABLE, EPERM, call)
/* Writing under a read-only grant. */
#define READ_ONLY(call) expect_read_only(__LINE__, #call, (call) < 0 ? errno : 0)
/* The raw call of wasi_snapshot_preview1 answers this; 0 for success. */
#define RAW(error, call) expect_error(__LINE__, #call, (int)(call), error, error)
#define RAW_EITHER(error, other, call) expect_error(__LINE__, #call, (int)(call), error, other)
#define EQUAL(value, wanted) expect_equal(__LINE__, #value, (long long)(value), (long long)(wanted))
#define TRUE(condition) expect_equal(__LINE__, #condition, (condition) ? 1 : 0, 1)
/* The file holds exactly this text. */
#define HOLDS(path, text) expect_content(__LINE__, path, text)
/* Makes a file with this text. */
#define WRITE(path, text) write_file(__LINE__, path, text)

static inline void expect_read_only(int line, const char *text, int actual)
{
    if (actual != EROFS && actual != EPERM && actual != ENOTCAPABLE)
        failures++, printf("line %d: %s: %s, expected EROFS\n", line, text, error_name(actual));
}

static inline void expect_content(int line, const char *path, const char *text)
{
    char buffer[4096];
    int fd = open(path, O_RDONLY);
    long size = fd < 0 ? -1 : read(fd, buffer, sizeof buffer);
    if (size < 0)
        failures++, printf("line %d: %s: %s\n", line, path, error_name(errno));
    else if ((size_t)size != strlen(text) || memcmp(buffer, text, size) != 0)
        failures++, printf("line %d: %s holds \"%.*s\", expected \"%s\"\n", line, path, (int)size, buffer, text);
    if (fd >= 0)
        close(fd);
}

static inline void write_file(int line, const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0 || write(fd, text, strlen(text)) != (long)strlen(text))
        failures++, printf("line %d: writing %s: %s\n", line, path, error_name(errno));
    if (fd >= 0)
        close(fd);
}

static inline int done(void)
{
    return failures > 0;
}
