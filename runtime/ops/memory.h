/* Loads and stores of memory 0; forms that end in _at take a place in any memory. No bounds are checked: whatever a 32-bit
   index plus a 32-bit offset reaches lies in the reservation, and what is not memory there faults. */

#if defined(WASM_MEMORY_SYMBOL)
/* An absolute symbol within reach of a displacement: the compiler knows that it is no other object of the program, and
   folds static offsets into instructions. With an integer constant it does neither. LLVM folds what is less than 16 MiB
   above a symbol and anything below it, so the symbol lies 16 MiB before the end of the reach. */
extern u8 wasm_memory_anchor[] WASM_HIDDEN;
#define WASM_MEMORY (wasm_memory_anchor - (WASM_MEMORY_SYMBOL - WASM_MEMORY_BASE))

#elif defined(WASM_LIBRARY) && defined(WASM_OWN_MEMORY)
/* In a C program each memory lies where there is room: WASM_OWN_MEMORY is the symbol of the module's. What is loaded never
   changes once the module is instantiated, which the compiler could not know: it is told that the function is a constant. */
#define MEMORY_NAME_OF(name) #name
#define MEMORY_NAME(name) MEMORY_NAME_OF(name)
#ifdef __APPLE__
#define MEMORY_SYMBOL "_" MEMORY_NAME(WASM_OWN_MEMORY)
#else
#define MEMORY_SYMBOL MEMORY_NAME(WASM_OWN_MEMORY)
#endif
static inline __attribute__((always_inline, unused, const)) u8 *wasm_memory_base(void)
{
    u8 *base;
#if defined(__x86_64__)
    __asm__("movq " MEMORY_SYMBOL "(%%rip), %0" : "=r"(base));
#elif defined(__aarch64__) && defined(__APPLE__)
    __asm__("adrp %0, " MEMORY_SYMBOL "@PAGE\n\tldr %0, [%0, " MEMORY_SYMBOL "@PAGEOFF]" : "=r"(base));
#elif defined(__aarch64__)
    __asm__("adrp %0, " MEMORY_SYMBOL "\n\tldr %0, [%0, :lo12:" MEMORY_SYMBOL "]" : "=r"(base));
#else
    __asm__("ld %0, " MEMORY_SYMBOL : "=r"(base));
#endif
    return base;
}
#define WASM_MEMORY wasm_memory_base()
#define WASM_MEMORY_PLACE NULL

#elif defined(WASM_MEMORY_NAME)
/* Code for several systems: the linker knows the address. As below, the compiler cannot look into it. */
#define MEMORY_NAME_OF(name) #name
#define MEMORY_NAME(name) MEMORY_NAME_OF(name)
static inline __attribute__((always_inline, unused, const)) u8 *wasm_memory_base(void)
{
    u8 *base;
#if defined(__x86_64__)
    __asm__("movabsq $" MEMORY_NAME(WASM_MEMORY_NAME) ", %0" : "=r"(base));
#else
    /* A multiple of 4 GiB below 2^48. */
    __asm__("movz %0, #:abs_g2:" MEMORY_NAME(WASM_MEMORY_NAME) : "=r"(base));
#endif
    return base;
}
#define WASM_MEMORY wasm_memory_base()

#else
#ifndef WASM_MEMORY_BASE
#if defined(__x86_64__) || defined(_WIN32) || defined(__APPLE__)
#define WASM_MEMORY_BASE 0x20000000000
#else
#define WASM_MEMORY_BASE 0x1000000000
#endif
#endif
/* A constant that the compiler cannot look into, for the same reason. */
static inline __attribute__((always_inline, unused, const)) u8 *wasm_memory_base(void)
{
    u8 *base;
#if defined(__x86_64__)
    __asm__("movabsq %1, %0" : "=r"(base) : "i"(WASM_MEMORY_BASE));
#elif defined(__aarch64__)
    __asm__("movz %0, #%c1, lsl #32" : "=r"(base) : "i"(WASM_MEMORY_BASE >> 32));
    _Static_assert((WASM_MEMORY_BASE & 0xffffffff) == 0 && WASM_MEMORY_BASE >> 48 == 0, "memory base");
#else
    base = (u8 *)WASM_MEMORY_BASE;
    __asm__("" : "+r"(base));
#endif
    return base;
}
#define WASM_MEMORY wasm_memory_base()
#endif
/* Where the module's memory is to lie. */
#ifndef WASM_MEMORY_PLACE
#define WASM_MEMORY_PLACE WASM_MEMORY
#endif

/* One access. What is read from a memory that threads share must be read once: a compiler that reads it again, rather than
   keep it, checks one index and jumps by another. Any value that is read may come to decide so, by a `switch` that the compiler
   makes of comparisons too; and what is written may be read back. So there, all accesses are volatile. */
#define WASM_VOLATILE(value) volatile struct { __typeof__(value) it; } __attribute__((packed))
#ifdef WASM_SHARED_MEMORY
#define WASM_READ(value, place) ((value) = ((const WASM_VOLATILE(value) *)(place))->it)
#define WASM_WRITE(place, value) (((WASM_VOLATILE(value) *)(place))->it = (value))
#define WASM_MEMORY_SIZE(memory) __atomic_load_n(&(memory)->size, __ATOMIC_RELAXED)
#else
#define WASM_READ(value, place) __builtin_memcpy(&(value), place, sizeof(value))
#define WASM_WRITE(place, value) __builtin_memcpy(place, &(value), sizeof(value))
#define WASM_MEMORY_SIZE(memory) ((memory)->size)
#endif

/* In a loop whose accesses overlap those of the iteration before, which GCC (12 at least) makes vectors of as if they were apart. */
#if defined(__GNUC__) && !defined(__clang__)
#define WASM_OVERLAPPING __asm__ volatile("" : : : "memory")
#else
#define WASM_OVERLAPPING ((void)0)
#endif

/* A load whose value may have no use, in a form that compilers leave as it is and where it is: it may be out of bounds.
   On x86 LLVM makes even a volatile load part of a conditional move, and of that a branch around it, unless something else
   asks for the value in a register. */
#define IN_REGISTER(value) __asm__("" : "+r"(value))
#if defined(__x86_64__)
#define IN_FLOAT_REGISTER(value) __asm__("" : "+x"(value))
#elif defined(__aarch64__)
#define IN_FLOAT_REGISTER(value) __asm__("" : "+w"(value))
#else
#define IN_FLOAT_REGISTER(value) __asm__("" : "+f"(value))
#endif
#define WASM_LOAD_KEPT(name, result, type, in_register)                \
    WASM_INLINE result name##_kept_at(const u8 *place)                 \
    {                                                                  \
        result value = (result)((const WASM_VOLATILE(type) *)place)->it; \
        in_register(value);                                            \
        return value;                                                  \
    }                                                                  \
    WASM_INLINE result name##_kept(u64 address)                        \
    {                                                                  \
        return name##_kept_at(WASM_MEMORY + address);                  \
    }

#define WASM_LOAD(name, result, type, in_register)                     \
    WASM_LOAD_KEPT(name, result, type, in_register)                    \
    WASM_INLINE result name(u64 address)                               \
    {                                                                  \
        type value;                                                    \
        WASM_READ(value, WASM_MEMORY + address);                       \
        return (result)value;                                          \
    }                                                                  \
    WASM_INLINE result name##_at(const u8 *place)                      \
    {                                                                  \
        type value;                                                    \
        WASM_READ(value, place);                                       \
        return (result)value;                                          \
    }
WASM_LOAD(i32_load, u32, u32, IN_REGISTER)
WASM_LOAD(i64_load, u64, u64, IN_REGISTER)
WASM_LOAD(f32_load, f32, f32, IN_FLOAT_REGISTER)
WASM_LOAD(f64_load, f64, f64, IN_FLOAT_REGISTER)
WASM_LOAD(i32_load8_s, u32, i8, IN_REGISTER)
WASM_LOAD(i32_load8_u, u32, u8, IN_REGISTER)
WASM_LOAD(i32_load16_s, u32, i16, IN_REGISTER)
WASM_LOAD(i32_load16_u, u32, u16, IN_REGISTER)
WASM_LOAD(i64_load8_s, u64, i8, IN_REGISTER)
WASM_LOAD(i64_load8_u, u64, u8, IN_REGISTER)
WASM_LOAD(i64_load16_s, u64, i16, IN_REGISTER)
WASM_LOAD(i64_load16_u, u64, u16, IN_REGISTER)
WASM_LOAD(i64_load32_s, u64, i32, IN_REGISTER)
WASM_LOAD(i64_load32_u, u64, u32, IN_REGISTER)

#define WASM_STORE(name, operand, type)                                \
    WASM_INLINE void name(u64 address, operand value)                  \
    {                                                                  \
        type stored = (type)value;                                     \
        WASM_WRITE(WASM_MEMORY + address, stored);                       \
    }                                                                  \
    WASM_INLINE void name##_at(u8 *place, operand value)               \
    {                                                                  \
        type stored = (type)value;                                     \
        WASM_WRITE(place, stored);                                     \
    }
WASM_STORE(i32_store, u32, u32)
WASM_STORE(i64_store, u64, u64)
WASM_STORE(f32_store, f32, f32)
WASM_STORE(f64_store, f64, f64)
WASM_STORE(i32_store8, u32, u8)
WASM_STORE(i32_store16, u32, u16)
WASM_STORE(i64_store8, u64, u8)
WASM_STORE(i64_store16, u64, u16)
WASM_STORE(i64_store32, u64, u32)

/* The place of an access of `width` bytes that nothing but this check keeps in its memory: of 64-bit memories, and those
   with small pages. */
WASM_INLINE u8 *memory_place(const struct wasm_memory *memory, u64 index, u64 offset, u64 width, u32 function,
                             u32 at)
{
    u64 end, size = WASM_MEMORY_SIZE(memory);
    if (UNLIKELY(__builtin_add_overflow(index, offset, &end) || end > size || size - end < width))
        TRAP(MEMORY_OUT_OF_BOUNDS, function, at);
    return memory->base + end;
}
