/* Locks for short stretches of code. */
#ifndef WASM_LOCK_H
#define WASM_LOCK_H

#include "platform/process.h"

/* 0: free, 1: taken, 2: taken and waited for. */
struct lock {
    u32 word;
};

INTERNAL void lock_take(struct lock *lock) {
    u32 free = 0;
    if (__atomic_compare_exchange_n(&lock->word, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return;
    while (__atomic_exchange_n(&lock->word, 2, __ATOMIC_ACQUIRE) != 0)
        process_wait(&lock->word, 2, PROCESS_NO_TIMEOUT);
}

INTERNAL void lock_release(struct lock *lock) {
    if (__atomic_exchange_n(&lock->word, 0, __ATOMIC_RELEASE) == 2) process_wake(&lock->word);
}

/* LOCKED(lock): to the end of the block no other thread is in code of that lock; UNLOCKED(lock): inside of it, others may
   be. Nothing in programs without threads. */
#ifdef WASM_THREADED
INTERNAL struct lock *lock_enter(struct lock *lock) {
    lock_take(lock);
    return lock;
}

INTERNAL void lock_leave(struct lock **lock) {
    lock_release(*lock);
}

INTERNAL struct lock *lock_open(struct lock *lock) {
    lock_release(lock);
    return lock;
}

INTERNAL void lock_return(struct lock **lock) {
    lock_take(*lock);
}

#define LOCK_SCOPE(name, begin, end, of) \
    __attribute__((cleanup(end), unused)) struct lock *name##of = begin(&(of))
#define LOCKED(of) LOCK_SCOPE(locked_, lock_enter, lock_leave, of)
#define UNLOCKED(of) LOCK_SCOPE(unlocked_, lock_open, lock_return, of)
#else
#define LOCKED(of) ((void)0)
#define UNLOCKED(of) ((void)0)
#endif

#endif
