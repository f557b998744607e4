/* What the test loaders need of Linux, without a libc: types, system calls, small helpers.
 * The loaders are static programs, so that the arm64 ones run under qemu-aarch64 with no sysroot. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t i32;
typedef int64_t i64;

#if defined(__x86_64__)
enum {
    SYS_read = 0, SYS_write = 1, SYS_close = 3, SYS_lseek = 8, SYS_mmap = 9, SYS_mprotect = 10,
    SYS_munmap = 11, SYS_rt_sigaction = 13, SYS_rt_sigprocmask = 14, SYS_ioctl = 16, SYS_pread64 = 17,
    SYS_pwrite64 = 18, SYS_readv = 19, SYS_writev = 20, SYS_sched_yield = 24, SYS_madvise = 28,
    SYS_dup = 32, SYS_nanosleep = 35, SYS_getpid = 39, SYS_socket = 41, SYS_sendto = 44, SYS_recvfrom = 45,
    SYS_sendmsg = 46, SYS_recvmsg = 47,
    SYS_shutdown = 48, SYS_bind = 49, SYS_listen = 50, SYS_setsockopt = 54, SYS_getsockopt = 55,
    SYS_exit = 60, SYS_kill = 62, SYS_fcntl = 72, SYS_fsync = 74,
    SYS_fdatasync = 75, SYS_ftruncate = 77, SYS_getcwd = 79, SYS_fchmod = 91, SYS_sigaltstack = 131,
    SYS_arch_prctl = 158, SYS_futex = 202, SYS_getdents64 = 217, SYS_clock_gettime = 228, SYS_clock_getres = 229,
    SYS_clock_nanosleep = 230, SYS_exit_group = 231, SYS_openat = 257, SYS_mkdirat = 258,
    SYS_unlinkat = 263, SYS_linkat = 265, SYS_symlinkat = 266, SYS_readlinkat = 267, SYS_fchmodat = 268,
    SYS_ppoll = 271, SYS_utimensat = 280, SYS_fallocate = 285, SYS_accept4 = 288, SYS_dup3 = 292,
    SYS_preadv = 295, SYS_pwritev = 296, SYS_renameat2 = 316, SYS_getrandom = 318, SYS_statx = 332,
};
enum { O_DIRECTORY = 0200000, O_NOFOLLOW = 0400000 };
#elif defined(__aarch64__)
enum {
    SYS_getcwd = 17, SYS_dup = 23, SYS_dup3 = 24, SYS_fcntl = 25, SYS_ioctl = 29, SYS_mkdirat = 34,
    SYS_unlinkat = 35, SYS_symlinkat = 36, SYS_linkat = 37, SYS_ftruncate = 46, SYS_fallocate = 47,
    SYS_fchmod = 52, SYS_fchmodat = 53, SYS_openat = 56, SYS_close = 57, SYS_getdents64 = 61,
    SYS_lseek = 62, SYS_read = 63, SYS_write = 64, SYS_readv = 65, SYS_writev = 66, SYS_pread64 = 67,
    SYS_pwrite64 = 68, SYS_preadv = 69, SYS_pwritev = 70, SYS_ppoll = 73, SYS_readlinkat = 78,
    SYS_fsync = 82, SYS_fdatasync = 83, SYS_utimensat = 88, SYS_exit = 93, SYS_exit_group = 94,
    SYS_futex = 98, SYS_nanosleep = 101,
    SYS_clock_gettime = 113, SYS_clock_getres = 114, SYS_clock_nanosleep = 115, SYS_sched_yield = 124,
    SYS_kill = 129, SYS_sigaltstack = 132, SYS_rt_sigaction = 134, SYS_rt_sigprocmask = 135,
    SYS_getpid = 172, SYS_socket = 198, SYS_bind = 200, SYS_listen = 201, SYS_sendto = 206,
    SYS_recvfrom = 207, SYS_setsockopt = 208, SYS_getsockopt = 209, SYS_shutdown = 210, SYS_sendmsg = 211, SYS_recvmsg = 212,
    SYS_munmap = 215, SYS_mmap = 222, SYS_mprotect = 226, SYS_madvise = 233, SYS_accept4 = 242,
    SYS_renameat2 = 276, SYS_getrandom = 278, SYS_statx = 291,
};
enum { O_DIRECTORY = 040000, O_NOFOLLOW = 0100000 };
#endif

enum {
    O_RDONLY = 0, O_WRONLY = 1, O_RDWR = 2, O_CREAT = 0100, O_EXCL = 0200, O_NOCTTY = 0400, O_TRUNC = 01000,
    O_APPEND = 02000, O_NONBLOCK = 04000, O_DSYNC = 010000, O_SYNC = 04010000, O_CLOEXEC = 02000000,
    O_PATH = 010000000,
};
enum {
    PROT_NONE = 0, PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4, MAP_SHARED = 1, MAP_PRIVATE = 2, MAP_FIXED = 0x10,
    MAP_ANONYMOUS = 0x20, MAP_NORESERVE = 0x4000, MAP_FIXED_NOREPLACE = 0x100000,
};
enum {
    AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, AT_REMOVEDIR = 0x200, AT_SYMLINK_FOLLOW = 0x400,
    AT_EMPTY_PATH = 0x1000,
};
enum {
    EPERM = 1, ENOENT = 2, EBADF = 9, ENOMEM = 12, EACCES = 13, EEXIST = 17, ENOTDIR = 20, EISDIR = 21, EINVAL = 22,
};
enum { SIGILL = 4, SIGBUS = 7, SIGFPE = 8, SIGSEGV = 11 };
enum { SA_SIGINFO = 4, SA_RESTORER = 0x04000000, SA_ONSTACK = 0x08000000, SA_NODEFER = 0x40000000 };

struct timespec { i64 seconds, nanoseconds; };

struct statx_time { i64 seconds; u32 nanoseconds; i32 pad; };
struct statx {
    u32 mask, block_size;
    u64 attributes;
    u32 links, uid, gid;
    u16 mode, pad;
    u64 inode, size, blocks, attributes_mask;
    struct statx_time accessed, born, changed, modified;
    u32 rdev_major, rdev_minor, dev_major, dev_minor;
    u64 spare[14];
};

struct linux_dirent { u64 inode, offset; u16 length; u8 type; char name[]; };

/* The kernel's sigaction and siginfo, not a libc's. */
struct linux_siginfo { i32 number, error, code, pad; void *address; };
struct linux_sigaction {
    void (*handler)(int, struct linux_siginfo *, void *);
    u64 flags;
    void (*restorer)(void);
    u64 mask;
};
struct linux_stack { void *base; i32 flags; size_t size; };

#define SYSCALL(number, ...) SYSCALL_PICK(__VA_ARGS__, 6, 5, 4, 3, 2, 1, 0)(number, __VA_ARGS__)
#define SYSCALL_PICK(a, b, c, d, e, f, count, ...) SYSCALL_##count
#define SYSCALL_1(n, a) syscall6(n, (long)(a), 0, 0, 0, 0, 0)
#define SYSCALL_2(n, a, b) syscall6(n, (long)(a), (long)(b), 0, 0, 0, 0)
#define SYSCALL_3(n, a, b, c) syscall6(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define SYSCALL_4(n, a, b, c, d) syscall6(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define SYSCALL_5(n, a, b, c, d, e) syscall6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define SYSCALL_6(n, a, b, c, d, e, f) syscall6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

static inline long syscall6(long number, long a, long b, long c, long d, long e, long f)
{
#if defined(__x86_64__)
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
#else
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
#endif
}

/* threads.c */
/* Runs a function in a new thread, on the stack that ends at `top`. False if there is no thread. */
bool start_thread(u8 *top, void *pointer, void (*function)(void *), void *argument);
void set_thread_pointer(void *pointer);
long futex_wait(const u32 *word, u32 value, const struct timespec *limit);
long futex_wake(const u32 *word);

/* support.c */
void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);
bool same(const char *a, const char *b);
_Noreturn void exit_process(int code);
/* Prints "loader: " and the parts up to a null pointer on standard error, exits with 127. */
_Noreturn void die(const char *first, ...);
/* Zeroed pages; never fails (dies instead). */
void *map_pages(void *hint, size_t size, int protection);
/* A whole file, or null. */
u8 *read_whole_file(const char *path, size_t *size);
/* A piece of code which, when called, dies with the name of the missing import. */
void *missing_import(const char *library, const char *name);
/* Installs a handler with all of SA_SIGINFO, SA_ONSTACK and SA_NODEFER. */
long handle_signal(int number, void (*handler)(int, struct linux_siginfo *, void *));
