/* Atomic instructions, as functions of operands and address; that has been checked. */

#define ATOMIC_LOAD(name, type) MACHINE type wasm_machine_##name(const u8 *place) { AT_CALLER; return name(place); }
#define ATOMIC_STORE(name, type) MACHINE void wasm_machine_##name(type x, u8 *place) { AT_CALLER; name(place, x); }
#define ATOMIC_RMW(name, type) MACHINE type wasm_machine_##name(type x, u8 *place) { AT_CALLER; return name(place, x); }
#define ATOMIC_CMPXCHG(name, type) \
    MACHINE type wasm_machine_##name(type expected, type x, u8 *place) { AT_CALLER; return name(place, expected, x); }
#define ATOMIC_OPS(type, rmw, suffix) \
    ATOMIC_RMW(rmw##_add##suffix, type) ATOMIC_RMW(rmw##_sub##suffix, type) ATOMIC_RMW(rmw##_and##suffix, type) \
    ATOMIC_RMW(rmw##_or##suffix, type) ATOMIC_RMW(rmw##_xor##suffix, type) ATOMIC_RMW(rmw##_xchg##suffix, type) \
    ATOMIC_CMPXCHG(rmw##_cmpxchg##suffix, type)

ATOMIC_LOAD(i32_atomic_load, u32) ATOMIC_STORE(i32_atomic_store, u32) ATOMIC_OPS(u32, i32_atomic_rmw, )
ATOMIC_LOAD(i64_atomic_load, u64) ATOMIC_STORE(i64_atomic_store, u64) ATOMIC_OPS(u64, i64_atomic_rmw, )
ATOMIC_LOAD(i32_atomic_load8_u, u32) ATOMIC_STORE(i32_atomic_store8, u32) ATOMIC_OPS(u32, i32_atomic_rmw8, _u)
ATOMIC_LOAD(i32_atomic_load16_u, u32) ATOMIC_STORE(i32_atomic_store16, u32) ATOMIC_OPS(u32, i32_atomic_rmw16, _u)
ATOMIC_LOAD(i64_atomic_load8_u, u64) ATOMIC_STORE(i64_atomic_store8, u64) ATOMIC_OPS(u64, i64_atomic_rmw8, _u)
ATOMIC_LOAD(i64_atomic_load16_u, u64) ATOMIC_STORE(i64_atomic_store16, u64) ATOMIC_OPS(u64, i64_atomic_rmw16, _u)
ATOMIC_LOAD(i64_atomic_load32_u, u64) ATOMIC_STORE(i64_atomic_store32, u64) ATOMIC_OPS(u64, i64_atomic_rmw32, _u)

MACHINE void wasm_machine_atomic_fence(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

MACHINE u8 *wasm_machine_atomic_place(u64 index, u64 offset, u32 width, const struct wasm_memory *memory)
{
    return atomic_place_checked(memory, index, offset, width, 0, 0);
}

MACHINE u32 wasm_machine_memory_atomic_wait32(u32 expected, u64 timeout, const u8 *place, u32 shared)
{
    return memory_atomic_wait32(shared, place, expected, timeout, 0, 0);
}

MACHINE u32 wasm_machine_memory_atomic_wait64(u64 expected, u64 timeout, const u8 *place, u32 shared)
{
    return memory_atomic_wait64(shared, place, expected, timeout, 0, 0);
}

MACHINE u32 wasm_machine_memory_atomic_notify(u32 count, const u8 *place, u32 shared)
{
    return memory_atomic_notify(shared, place, count);
}
