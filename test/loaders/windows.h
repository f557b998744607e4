/* Windows' kernel32, ntdll, advapi32 and ws2_32 as far as the runtime uses them, on Linux system calls. Constants and
 * layouts follow the Windows SDK. The root directory of Linux is drive Z:, as in wine. */
#pragma once
#include "linux.h"

typedef u16 wchar;
typedef u64 handle; /* (descriptor + 1) * 4; never 0 or -1 */
typedef i32 boolean;

#define INVALID_HANDLE ((handle)-1)

#if defined(__x86_64__)
#define WINAPI __attribute__((ms_abi))
#else
#define WINAPI
#endif

struct windows_export { const char *name; void *address; };
extern const struct windows_export windows_file_exports[];
extern const struct windows_export windows_memory_exports[];
extern const struct windows_export windows_nt_exports[];
extern const struct windows_export windows_process_exports[];
extern const struct windows_export windows_socket_exports[];
extern const struct windows_export windows_thread_exports[];

/* The address of an exported function, or null. */
void *windows_symbol(const char *name);
/* The arguments (first: the executable) and environment that the program will ask for. */
void windows_start(int argc, char **argv, char **envp);
/* Makes the first thread's block of this one, given the program's IMAGE_TLS_DIRECTORY64 or null; answers the end of a stack
 * for it. */
u8 *windows_start_threads(const void *tls_directory, size_t stack_size);
/* Whether the address is in the guard of this thread's stack, which is opened then. */
bool windows_open_guard(const u8 *address);

/* What a thread has of its own; the places of the named members but the last three are Windows'. */
struct windows_block {
    u64 exceptions;
    u8 *stack_end, *stack_low;
    u64 unknown0[3];
    struct windows_block *self;
    u64 unknown1[4];
    u8 **variables; /* by the index of a program or library */
    u64 unknown2;
    u32 last_error, unknown3;
    u8 *copies[1];
    WINAPI u32 (*function)(void *);
    void *argument;
};
_Static_assert(offsetof(struct windows_block, self) == 0x30, "TEB");
_Static_assert(offsetof(struct windows_block, variables) == 0x58, "TEB");
_Static_assert(offsetof(struct windows_block, last_error) == 0x68, "TEB");
struct windows_block *windows_block(void);

static inline int descriptor_of(handle file) { return (int)(file >> 2) - 1; }
static inline handle handle_of(long descriptor) { return (handle)(descriptor + 1) << 2; }

/* GetLastError's value. */
void set_last_error(u32 error);

/* windows-text.c. Sizes are in units, results too; the output is not terminated. Ill-formed input becomes U+FFFD. */
size_t utf16_from_utf8(wchar *to, size_t room, const char *from, size_t size);
size_t utf8_from_utf16(char *to, size_t room, const wchar *from, size_t size);
size_t wide_length(const wchar *text);
/* "/tmp/x" to "Z:\tmp\x"; a relative path is made absolute first. */
size_t windows_path(wchar *to, size_t room, const char *path);
