/* What the kernel left on the stack of an executable, and where its file is. */

/* argv: argc before it, envp behind its NULL, and what the kernel tells behind that one's. */
static char **linux_args;

INTERNAL const char *const *process_args(void) {
    return (const char *const *)linux_args;
}

INTERNAL const char *const *process_environment(void) {
    return process_args() + (u64)linux_args[-1] + 1;
}

#define LINUX_AT_PHDR 3
#define LINUX_AT_PHNUM 5
#define LINUX_AT_EXECFN 31

/* An entry of the auxiliary vector; 0 if there is none. */
static u64 linux_auxiliary(u64 type) {
    const char *const *environment = process_environment();
    while (*environment) environment++;
    for (const u64 *entry = (const u64 *)(environment + 1); entry[0]; entry += 2)
        if (entry[0] == type) return entry[1];
    return 0;
}

static i64 executable_read_link(const char *path, char *target, u64 size) {
    return linux_syscall(LINUX_SYS_READLINKAT, LINUX_AT_FDCWD, path, target, size);
}

#include "../started-path.h"

static bool linux_begins(const char *text, const char *with) {
    while (*with && *text == *with) text++, with++;
    return !*with;
}

/* Without /proc: the path that the program was started by. */
static u64 linux_started_path(char *buffer, u64 size) {
    const char *started = (const char *)linux_auxiliary(LINUX_AT_EXECFN);
    /* Started by a descriptor: the path is none of a directory. */
    if (!started || !*started || linux_begins(started, "/dev/fd/")) return 0;
    u64 length = started_put(buffer, *started == '/' ? 0 : started_put(buffer, 0, size, "./"), size, started);
    return started_follow(buffer, length, size);
}

static bool linux_ends(const char *text, u64 length, const char *with, u64 size) {
    return length >= size && __builtin_memcmp(text + length - size, with, size) == 0;
}

#define LINUX_ENOENT 2
#define LINUX_ENOTDIR 20
#define LINUX_DELETED " (deleted)"

/* Whether the file lies, or lay, where the kernel says. A file in memory, and one on what is mounted nowhere any more, have
   paths that begin at a root: not this one. */
static bool linux_lies_at(const char *path, u64 length) {
    char target[1];
    i64 error = executable_read_link(path, target, sizeof target);
    if (error != -LINUX_ENOENT && error != -LINUX_ENOTDIR) return true;
    return linux_ends(path, length, LINUX_DELETED, sizeof LINUX_DELETED - 1) && !linux_begins(path, "/memfd:");
}

INTERNAL u64 process_executable_path(char *buffer, u64 size) {
    i64 length = executable_read_link("/proc/self/exe", buffer, size);
    if (length <= 0 || (u64)length >= size) return linux_started_path(buffer, size);
    buffer[length] = 0;
    return linux_lies_at(buffer, (u64)length) ? (u64)length : 0;
}
