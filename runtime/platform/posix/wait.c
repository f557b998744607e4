/* Sleeping on a word: the calls of libSystem that its own locks and C++'s atomic::wait are made of, since macOS 10.12. The
   public os_sync_wait_on_address came with 14.4 only, and a condition variable would have to outlive who waits. */

int __ulock_wait(u32 operation, const void *address, u64 value, u32 microseconds);
int __ulock_wake(u32 operation, const void *address, u64 value);

/* UL_COMPARE_AND_WAIT | ULF_NO_ERRNO */
#define POSIX_COMPARE_AND_WAIT 0x1000001u
#define POSIX_WAIT_MAX 0x7fffffffull

/* No microseconds are no limit. */
INTERNAL void process_wait(const u32 *word, u32 value, u64 nanoseconds) {
    u64 limit = nanoseconds / 1000 + 1;
    if (limit > POSIX_WAIT_MAX) limit = POSIX_WAIT_MAX;
    __ulock_wait(POSIX_COMPARE_AND_WAIT, word, value, nanoseconds == PROCESS_NO_TIMEOUT ? 0 : (u32)limit);
}

INTERNAL void process_wake(const u32 *word) {
    __ulock_wake(POSIX_COMPARE_AND_WAIT, word, 0);
}
