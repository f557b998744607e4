/* Results of calls that nothing may use: the call stays, and what was loaded for them. */
WASM_INLINE void keep_u32(u32 value) { __asm__ volatile("" : : "r"(value)); }
WASM_INLINE void keep_u64(u64 value) { __asm__ volatile("" : : "r"(value)); }
WASM_INLINE void keep_f32(f32 value) { keep_u32(i32_reinterpret_f32(value)); }
WASM_INLINE void keep_f64(f64 value) { keep_u64(i64_reinterpret_f64(value)); }
#define KEEP_RESULTS(results) __asm__ volatile("" : : "m"(results))
