/* Atomic instructions; modules without them do not include this. Plain loads and stores of a shared memory are those of
   ops/memory.h. */

#include "../threads.h"

WASM_INLINE u8 *atomic_place(u8 *memory, u64 address, u64 width, u32 function, u32 at)
{
    if (UNLIKELY(address & (width - 1))) TRAP(UNALIGNED_ATOMIC, function, at);
    return memory + address;
}

/* Where the code checks bounds, and for what the runtime accesses. */
WASM_INLINE u8 *atomic_place_checked(const struct wasm_memory *memory, u64 index, u64 offset, u64 width, u32 function,
                                     u32 at)
{
    if (UNLIKELY((index + offset) & (width - 1))) TRAP(UNALIGNED_ATOMIC, function, at);
    return memory_place(memory, index, offset, width, function, at);
}

#define WASM_ATOMIC(load, store, rmw, suffix, type, narrow)                                                  \
    WASM_INLINE type load(const u8 *place)                                                                   \
    {                                                                                                        \
        return __atomic_load_n((const narrow *)place, __ATOMIC_SEQ_CST);                                     \
    }                                                                                                        \
    WASM_INLINE void store(u8 *place, type value)                                                            \
    {                                                                                                        \
        __atomic_store_n((narrow *)place, (narrow)value, __ATOMIC_SEQ_CST);                                  \
    }                                                                                                        \
    WASM_ATOMIC_RMW(rmw##_add##suffix, type, narrow, __atomic_fetch_add)                                     \
    WASM_ATOMIC_RMW(rmw##_sub##suffix, type, narrow, __atomic_fetch_sub)                                     \
    WASM_ATOMIC_RMW(rmw##_and##suffix, type, narrow, __atomic_fetch_and)                                     \
    WASM_ATOMIC_RMW(rmw##_or##suffix, type, narrow, __atomic_fetch_or)                                       \
    WASM_ATOMIC_RMW(rmw##_xor##suffix, type, narrow, __atomic_fetch_xor)                                     \
    WASM_ATOMIC_RMW(rmw##_xchg##suffix, type, narrow, __atomic_exchange_n)                                   \
    /* What is expected is compared in full: a value that does not fit is never found. */                    \
    WASM_INLINE type rmw##_cmpxchg##suffix(u8 *place, type expected, type value)                             \
    {                                                                                                        \
        narrow found = (narrow)expected;                                                                     \
        if (UNLIKELY(found != expected)) return __atomic_load_n((const narrow *)place, __ATOMIC_SEQ_CST);    \
        __atomic_compare_exchange_n((narrow *)place, &found, (narrow)value, false, __ATOMIC_SEQ_CST,         \
                                    __ATOMIC_SEQ_CST);                                                       \
        return found;                                                                                        \
    }
/* LLVM makes a fence of what would change nothing, such as adding 0, if nobody asks for what was there: that would not trap. */
#define WASM_ATOMIC_RMW(name, type, narrow, builtin)                                                         \
    WASM_INLINE type name(u8 *place, type value)                                                             \
    {                                                                                                        \
        narrow operand = (narrow)value;                                                                      \
        __asm__("" : "+r"(operand));                                                                         \
        return builtin((narrow *)place, operand, __ATOMIC_SEQ_CST);                                          \
    }

WASM_ATOMIC(i32_atomic_load, i32_atomic_store, i32_atomic_rmw, , u32, u32)
WASM_ATOMIC(i64_atomic_load, i64_atomic_store, i64_atomic_rmw, , u64, u64)
WASM_ATOMIC(i32_atomic_load8_u, i32_atomic_store8, i32_atomic_rmw8, _u, u32, u8)
WASM_ATOMIC(i32_atomic_load16_u, i32_atomic_store16, i32_atomic_rmw16, _u, u32, u16)
WASM_ATOMIC(i64_atomic_load8_u, i64_atomic_store8, i64_atomic_rmw8, _u, u64, u8)
WASM_ATOMIC(i64_atomic_load16_u, i64_atomic_store16, i64_atomic_rmw16, _u, u64, u16)
WASM_ATOMIC(i64_atomic_load32_u, i64_atomic_store32, i64_atomic_rmw32, _u, u64, u32)

/* The place has been checked. Memory that is not shared is waited for by no one. */
WASM_INLINE u32 memory_atomic_wait32(bool shared, const u8 *place, u32 expected, u64 timeout, u32 function, u32 at)
{
    if (!shared) TRAP(EXPECTED_SHARED_MEMORY, function, at);
    return wasm_threads_wait(place, 4, expected, (i64)timeout);
}

WASM_INLINE u32 memory_atomic_wait64(bool shared, const u8 *place, u64 expected, u64 timeout, u32 function, u32 at)
{
    if (!shared) TRAP(EXPECTED_SHARED_MEMORY, function, at);
    return wasm_threads_wait(place, 8, expected, (i64)timeout);
}

WASM_INLINE u32 memory_atomic_notify(bool shared, const u8 *place, u32 count)
{
    return shared ? wasm_threads_notify(place, count) : 0;
}
