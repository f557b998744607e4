/* macOS's libSystem as far as the runtime uses it, on Linux system calls. Constants and layouts follow
 * the headers of the macOS SDK; names with a `mac_` prefix are macOS's side. */
#pragma once
#include "linux.h"

/* The address of a function or variable of libSystem, or null. */
void *darwin_symbol(const char *name);
/* What libSystem knows about the process before main: its file and environment. */
void darwin_start(const char *file, char **envp);

/* The first thread, and what thread-local variables begin with. */
void darwin_start_threads(const u8 *variables, size_t size);
/* Where a thread has its errno. */
int *mac_error_address(void);

/* darwin-errno.c: sets errno; a Linux result below zero becomes -1. */
long mac_result(long result);
long mac_fail(int mac_errno);

enum { MAC_EPERM = 1, MAC_ENOENT = 2, MAC_EFAULT = 14, MAC_EINVAL = 22, MAC_ENOTSUP = 45, MAC_ENOMEM = 12 };
enum { MAC_AT_FDCWD = -2 };

/* Variadic arguments: on arm64 macOS passes all of them on the stack, which is where AAPCS puts the ninth
 * argument; on x86-64 they are passed like named ones. VARIADIC_AFTER_n is the parameter list after n named ones. */
#if defined(__aarch64__)
#define VARIADIC_AFTER_2 long x2, long x3, long x4, long x5, long x6, long x7, long variadic
#define VARIADIC_AFTER_3 long x3, long x4, long x5, long x6, long x7, long variadic
#define IGNORE_AFTER_2 ((void)x2, (void)x3, (void)x4, (void)x5, (void)x6, (void)x7)
#define IGNORE_AFTER_3 ((void)x3, (void)x4, (void)x5, (void)x6, (void)x7)
#else
#define VARIADIC_AFTER_2 long variadic
#define VARIADIC_AFTER_3 long variadic
#define IGNORE_AFTER_2 ((void)0)
#define IGNORE_AFTER_3 ((void)0)
#endif

#if defined(__x86_64__)
#define INODE64(name) name "$INODE64" /* the plain names mean the old struct with 32-bit inodes */
#else
#define INODE64(name) name
#endif

/* One row per exported name. */
struct darwin_export { const char *name; void *address; };
extern const struct darwin_export darwin_directory_exports[];
extern const struct darwin_export darwin_file_exports[];
extern const struct darwin_export darwin_process_exports[];
extern const struct darwin_export darwin_socket_exports[];
extern const struct darwin_export darwin_thread_exports[];
