/* Loads and stores of vectors and lanes; see ops/memory.h for bounds. */

#if defined(__x86_64__) || defined(__aarch64__)
#define IN_VECTOR_REGISTER(value) IN_FLOAT_REGISTER(value)
#else
#define IN_VECTOR_REGISTER(value)
#endif
WASM_LOAD(v128_load, v128, v128, IN_VECTOR_REGISTER)
WASM_STORE(v128_store, v128, v128)

#define WASM_LOAD_WIDEN(name, half, wide)                                                          \
    WASM_INLINE v128 name(u64 address)                                                             \
    {                                                                                              \
        half value;                                                                                \
        WASM_READ(value, WASM_MEMORY + address);                                                   \
        return (v128)__builtin_convertvector(value, wide);                                         \
    }                                                                                              \
    WASM_INLINE v128 name##_at(const u8 *place)                                                    \
    {                                                                                              \
        half value;                                                                                \
        WASM_READ(value, place);                                                                   \
        return (v128)__builtin_convertvector(value, wide);                                         \
    }                                                                                              \
    WASM_INLINE v128 name##_kept_at(const u8 *place)                                               \
    {                                                                                              \
        return (v128)__builtin_convertvector(((const WASM_VOLATILE(half) *)place)->it, wide);                \
    }                                                                                              \
    WASM_INLINE v128 name##_kept(u64 address) { return name##_kept_at(WASM_MEMORY + address); }
WASM_LOAD_WIDEN(v128_load8x8_s, v_i8h, v_i16)
WASM_LOAD_WIDEN(v128_load8x8_u, v_u8h, v_u16)
WASM_LOAD_WIDEN(v128_load16x4_s, v_i16h, v_i32)
WASM_LOAD_WIDEN(v128_load16x4_u, v_u16h, v_u32)
WASM_LOAD_WIDEN(v128_load32x2_s, v_i32h, v_i64)
WASM_LOAD_WIDEN(v128_load32x2_u, v_u32h, v_u64)

#define WASM_LANE_LOAD(bits, shape, load, suffix, at, place)                                       \
    WASM_INLINE v128 v128_load##bits##_splat##suffix(place)                                        \
    {                                                                                              \
        return shape##_splat(load##suffix(at));                                                    \
    }                                                                                              \
    WASM_INLINE v128 v128_load##bits##_lane##suffix(place, v128 a, u32 lane)                       \
    {                                                                                              \
        return shape##_replace_lane(a, lane, load##suffix(at));                                    \
    }
#define WASM_LANE_ACCESS(bits, shape, scalar, load, store)                                         \
    WASM_LANE_LOAD(bits, shape, load, , address, u64 address)                                      \
    WASM_LANE_LOAD(bits, shape, load, _kept, address, u64 address)                                 \
    WASM_LANE_LOAD(bits, shape, load, _at, place, const u8 *place)                                 \
    WASM_LANE_LOAD(bits, shape, load, _kept_at, place, const u8 *place)                            \
    WASM_INLINE void v128_store##bits##_lane(u64 address, v128 a, u32 lane)                        \
    {                                                                                              \
        store(address, ((scalar)a)[lane]);                                                         \
    }                                                                                              \
    WASM_INLINE void v128_store##bits##_lane_at(u8 *place, v128 a, u32 lane)                       \
    {                                                                                              \
        store##_at(place, ((scalar)a)[lane]);                                                      \
    }
WASM_LANE_ACCESS(8, i8x16, v_u8, i32_load8_u, i32_store8)
WASM_LANE_ACCESS(16, i16x8, v_u16, i32_load16_u, i32_store16)
WASM_LANE_ACCESS(32, i32x4, v_u32, i32_load, i32_store)
WASM_LANE_ACCESS(64, i64x2, v_u64, i64_load, i64_store)

#define WASM_LOAD_ZERO(suffix, at, place)                                                          \
    WASM_INLINE v128 v128_load32_zero##suffix(place) { return V128(i32_load##suffix(at), 0); }     \
    WASM_INLINE v128 v128_load64_zero##suffix(place) { return V128(i64_load##suffix(at), 0); }
WASM_LOAD_ZERO(, address, u64 address)
WASM_LOAD_ZERO(_kept, address, u64 address)
WASM_LOAD_ZERO(_at, place, const u8 *place)
WASM_LOAD_ZERO(_kept_at, place, const u8 *place)
