/* Sleeping on a word: the kernel's futex. */

#define LINUX_SYS_FUTEX LINUX_SYSCALL_NUMBER(202, 98)
#define LINUX_FUTEX_WAIT_PRIVATE 128
#define LINUX_FUTEX_WAKE_PRIVATE 129

INTERNAL void process_wait(const u32 *word, u32 value, u64 nanoseconds) {
    struct linux_time time = {
        .seconds = (i64)(nanoseconds / LINUX_NANOSECONDS),
        .nanoseconds = (i64)(nanoseconds % LINUX_NANOSECONDS),
    };
    const struct linux_time *limit = nanoseconds == PROCESS_NO_TIMEOUT ? NULL : &time;
    linux_syscall(LINUX_SYS_FUTEX, word, LINUX_FUTEX_WAIT_PRIVATE, value, limit);
}

INTERNAL void process_wake(const u32 *word) {
    linux_syscall(LINUX_SYS_FUTEX, word, LINUX_FUTEX_WAKE_PRIVATE, 1);
}
