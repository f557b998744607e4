/* Numeric instructions that some processor has none for. */

#define MACHINE_1(r, name, a) MACHINE r wasm_machine_##name(a x) { return name(x); }
MACHINE_1(u32, i32_popcnt, u32)
MACHINE_1(u64, i64_popcnt, u64)
MACHINE_1(f32, f32_ceil, f32)
MACHINE_1(f32, f32_floor, f32)
MACHINE_1(f32, f32_trunc, f32)
MACHINE_1(f32, f32_nearest, f32)
MACHINE_1(f64, f64_ceil, f64)
MACHINE_1(f64, f64_floor, f64)
MACHINE_1(f64, f64_trunc, f64)
MACHINE_1(f64, f64_nearest, f64)

MACHINE f32 wasm_machine_f32_convert_i64_u(u64 x) { return (f32)x; }
MACHINE f64 wasm_machine_f64_convert_i64_u(u64 x) { return (f64)x; }

#define MACHINE_TRUNC(r, name, a)                                           \
    MACHINE r wasm_machine_##name(a x) { return name(x, 0, 0); }
MACHINE_TRUNC(u32, i32_trunc_f32_s, f32)
MACHINE_TRUNC(u32, i32_trunc_f32_u, f32)
MACHINE_TRUNC(u32, i32_trunc_f64_s, f64)
MACHINE_TRUNC(u32, i32_trunc_f64_u, f64)
MACHINE_TRUNC(u64, i64_trunc_f32_s, f32)
MACHINE_TRUNC(u64, i64_trunc_f32_u, f32)
MACHINE_TRUNC(u64, i64_trunc_f64_s, f64)
MACHINE_TRUNC(u64, i64_trunc_f64_u, f64)
MACHINE_1(u32, i32_trunc_sat_f32_s, f32)
MACHINE_1(u32, i32_trunc_sat_f32_u, f32)
MACHINE_1(u32, i32_trunc_sat_f64_s, f64)
MACHINE_1(u32, i32_trunc_sat_f64_u, f64)
MACHINE_1(u64, i64_trunc_sat_f32_s, f32)
MACHINE_1(u64, i64_trunc_sat_f32_u, f32)
MACHINE_1(u64, i64_trunc_sat_f64_s, f64)
MACHINE_1(u64, i64_trunc_sat_f64_u, f64)
