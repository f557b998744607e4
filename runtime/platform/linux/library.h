/* In a C program: the environment is libc's, the arguments are read back from the kernel. */

#define LINUX_SYS_OPENAT LINUX_SYSCALL_NUMBER(257, 56)
#define LINUX_SYS_CLOSE LINUX_SYSCALL_NUMBER(3, 57)
#define LINUX_SYS_READ LINUX_SYSCALL_NUMBER(0, 63)
/* The kernel's limit for all arguments and variables is 6 MiB. */
#define LINUX_ARGS_SIZE 0x600000ull

extern char **environ;

/* Nothing is granted that would be beside it. */
INTERNAL u64 process_executable_path(char *buffer, u64 size) {
    (void)buffer, (void)size;
    return 0;
}

INTERNAL const char *const *process_environment(void) {
    return (const char *const *)environ;
}

/* The text of /proc/self/cmdline, each argument followed by NUL, and its length. */
static u64 linux_read_command_line(char *text) {
    u64 length = 0;
    i64 file = linux_syscall(LINUX_SYS_OPENAT, LINUX_AT_FDCWD, "/proc/self/cmdline", 0, 0);
    if (file < 0) return 0;
    for (;;) {
        i64 got = linux_syscall(LINUX_SYS_READ, file, text + length, LINUX_ARGS_SIZE - length);
        if (got <= 0) break;
        length += (u64)got;
    }
    linux_syscall(LINUX_SYS_CLOSE, file);
    return length;
}

INTERNAL const char *const *process_args(void) {
    static const char *const none[1];
    static const char **args;
    if (args) return args;
    u64 pointers = (LINUX_ARGS_SIZE + 1) * sizeof *args;
    u8 *room = process_reserve(NULL, LINUX_ARGS_SIZE + pointers);
    if (!room || !process_commit(room, LINUX_ARGS_SIZE + pointers)) return none;
    args = (const char **)(room + LINUX_ARGS_SIZE);
    u64 length = linux_read_command_line((char *)room), count = 0;
    for (u64 i = 0; i < length; i++)
        if (i == 0 || room[i - 1] == 0) args[count++] = (const char *)room + i;
    return args;
}
