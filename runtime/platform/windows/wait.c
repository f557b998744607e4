/* Sleeping on a word: what WaitOnAddress of Windows 8 and later is made of. */

/* `timeout` in units of 100 nanoseconds, negative: from now on. */
WIN_IMPORT(i32) RtlWaitOnAddress(const void *address, const void *value, u64 size, const i64 *timeout);
WIN_IMPORT(void) RtlWakeAddressSingle(const void *address);

INTERNAL void process_wait(const u32 *word, u32 value, u64 nanoseconds) {
    i64 timeout = -(i64)(nanoseconds / 100 + 1);
    RtlWaitOnAddress(word, &value, sizeof value, nanoseconds == PROCESS_NO_TIMEOUT ? NULL : &timeout);
}

INTERNAL void process_wake(const u32 *word) {
    RtlWakeAddressSingle(word);
}
