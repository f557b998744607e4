/* v128 and its views. Casts between them keep the bits; lane 0 is in the lowest byte, as in WebAssembly. */

/* What a compiler has of its own for vectors: clang, the newer the more. */
#ifdef __has_builtin
#define WASM_HAS_BUILTIN(name) __has_builtin(name)
#else
#define WASM_HAS_BUILTIN(name) 0
#endif
#ifdef __has_feature
#define WASM_HAS_FEATURE(name) __has_feature(name)
#else
#define WASM_HAS_FEATURE(name) 0
#endif

typedef u64 v128 __attribute__((vector_size(16)));
typedef i8 v_i8 __attribute__((vector_size(16)));
typedef u8 v_u8 __attribute__((vector_size(16)));
typedef i16 v_i16 __attribute__((vector_size(16)));
typedef u16 v_u16 __attribute__((vector_size(16)));
typedef i32 v_i32 __attribute__((vector_size(16)));
typedef u32 v_u32 __attribute__((vector_size(16)));
typedef i64 v_i64 __attribute__((vector_size(16)));
typedef u64 v_u64 __attribute__((vector_size(16)));
typedef f32 v_f32 __attribute__((vector_size(16)));
typedef f64 v_f64 __attribute__((vector_size(16)));

/* Half as wide, and twice as wide, for what widens and narrows. */
typedef i8 v_i8h __attribute__((vector_size(8)));
typedef u8 v_u8h __attribute__((vector_size(8)));
typedef i16 v_i16h __attribute__((vector_size(8)));
typedef u16 v_u16h __attribute__((vector_size(8)));
typedef i32 v_i32h __attribute__((vector_size(8)));
typedef u32 v_u32h __attribute__((vector_size(8)));
typedef f32 v_f32h __attribute__((vector_size(8)));
typedef i16 v_i16d __attribute__((vector_size(32)));
typedef u16 v_u16d __attribute__((vector_size(32)));
typedef i32 v_i32d __attribute__((vector_size(32)));
typedef u32 v_u32d __attribute__((vector_size(32)));

#define V128(low, high) ((v128){low, high})
#define V128_ZERO V128(0, 0)

/* Bits of a where the mask has ones, of b elsewhere. */
WASM_INLINE v128 wasm_select(v128 mask, v128 a, v128 b) { return (mask & a) | (~mask & b); }
#define WASM_SELECT(mask, a, b) wasm_select((v128)(mask), (v128)(a), (v128)(b))
