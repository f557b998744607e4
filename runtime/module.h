/* Between a module and the runtime: what generated code describes, and what it may call. */
#ifndef WASM_MODULE_H
#define WASM_MODULE_H

#include "types.h"

/* Why a program was stopped, in the words of the specification. Who raises a trap gives its text: executables hold those
   that may occur. */
#define WASM_TRAP_UNREACHABLE "unreachable"
#define WASM_TRAP_MEMORY_OUT_OF_BOUNDS "out of bounds memory access"
#define WASM_TRAP_INTEGER_DIVIDE_BY_ZERO "integer divide by zero"
#define WASM_TRAP_INTEGER_OVERFLOW "integer overflow"
#define WASM_TRAP_INVALID_CONVERSION "invalid conversion to integer"
#define WASM_TRAP_UNDEFINED_ELEMENT "undefined element"
#define WASM_TRAP_UNINITIALIZED_ELEMENT "uninitialized element"
#define WASM_TRAP_INDIRECT_CALL_TYPE_MISMATCH "indirect call type mismatch"
#define WASM_TRAP_TABLE_OUT_OF_BOUNDS "out of bounds table access"
#define WASM_TRAP_CALL_STACK_EXHAUSTED "call stack exhausted"
#define WASM_TRAP_NULL_REFERENCE "null reference"
#define WASM_TRAP_NULL_FUNCTION_REFERENCE "null function reference"
#define WASM_TRAP_NULL_EXCEPTION_REFERENCE "null exception reference"
#define WASM_TRAP_UNCAUGHT_EXCEPTION "uncaught exception"
#define WASM_TRAP_UNALIGNED_ATOMIC "unaligned atomic"
#define WASM_TRAP_EXPECTED_SHARED_MEMORY "expected shared memory"

/* Mach-O has no distance to a function of another object. */
#if (defined(WASM_LIBRARY) || defined(__APPLE__)) && !defined(WASM_MACHINE)
#define WASM_FUNCTION_ADDRESSES
#endif

/* A defined function. */
struct wasm_function {
#ifdef WASM_FUNCTION_ADDRESSES
    const void *code;
#else
    i32 code;   /* from the beginning of the table: half of an address, and the same wherever the program is loaded */
#endif
    u32 offset; /* where the body begins in the .wasm file, in bytes; perhaps with WASM_INLINES */
};

/* Other functions with accesses to memory may have become part of this one: what is known of a fault in its code is that it
   happened in one of them. */
#define WASM_INLINES 0x80000000u

struct wasm_module {
    const char *file;                      /* for messages: "hello.wasm" */
    const struct wasm_function *functions; /* defined functions, in module order; or where `places` count from */
    const char *names; /* theirs, from the name section: UTF-8, NUL after each, empty prints as func[index]; NULL: none */
    u32 function_count, import_count;      /* function i of the table has index import_count + i */
    /* From an instruction's address to its function and offset, of code that is not a C compiler's; see
       compiler/machine/traps.ts. NULL: there is a table of functions. */
    const u8 *places;
    /* Functions that are there twice (wide.h): the other ones, `offset` as that of the first. */
    const struct wasm_function *clones;
    u32 clone_count;
};

/* No function begins where the one before does. */
#define WASM_PLACES_END 1

#define WASM_PAGE_SIZE 0x10000ull
/* A 32-bit address plus a 32-bit offset plus the widest access stays in the reservation. */
#define WASM_MEMORY_RESERVATION (0x200000000ull + WASM_PAGE_SIZE)

/* A linear memory. The first `size` bytes are accessible; any other access in the reservation
   faults, but for the rest of the last 64 KiB where pages are smaller. */
struct wasm_memory {
    u8 *base;
    u64 size;                 /* bytes: pages << page_shift */
    u64 pages, max_pages;
    u64 reserved;             /* bytes, from `base` */
    u32 page_shift;           /* 16, or 0 where a page is one byte */
    struct wasm_memory *next; /* all memories, so that a fault can be told from a crash */
};

/* Prints `wasm trap: …` and the place, and exits with 134. `function` is an index among the
   module's defined functions, `offset` in bytes from the start of its body, or of the file if the module has places.
   module NULL: the place is unknown. */
WASM_API _Noreturn WASM_COLD void wasm_trap(
    const char *trap, u32 function, u32 offset, const struct wasm_module *module);

/* For `function` where none can be named: instantiation, host functions. */
#define WASM_NO_FUNCTION (~0u)

/* The same in the function that a call returns to at pc. */
WASM_API _Noreturn WASM_COLD void wasm_trap_at(const char *trap, const void *pc);

/* Ends the program, as WASI's proc_exit does. */
WASM_API _Noreturn void wasm_exit(u32 code);

/* `wasm-exe: …` on standard error and exit code 1: for what is neither the program's fault nor a
   trap. */
WASM_API _Noreturn WASM_COLD void wasm_fail(const char *message);

/* The first thing that a module's instantiate function does; a fault in one of its functions is
   then reported by name. Installs the fault handler if no one has. */
WASM_API void wasm_module_register(const struct wasm_module *module);
#ifdef WASM_MACHINE
/* The same of a module with places instead of a table of functions. */
WASM_API void wasm_module_register_places(const struct wasm_module *module);
#endif

/* Reserves WASM_MEMORY_RESERVATION bytes at `base` (NULL: anywhere), makes min_pages accessible
   and zero. Fails with a message and exit code 1. The structure must outlive the program. */
WASM_API void wasm_memory_create(
    struct wasm_memory *memory, u8 *base, u64 min_pages, u64 max_pages);

/* The same for a memory whose accesses are checked by the code: address space for max_pages is
   reserved somewhere, or for as much of it as there is room and sense. */
WASM_API void wasm_memory_create_checked(
    struct wasm_memory *memory, u64 min_pages, u64 max_pages, u32 page_shift);

/* In executables for Linux, whole pages of the executable become pages of the memory: nothing is copied, and what the
   program does not touch is not even read from disk. Bytes of the largest page that a kernel may have. */
#if defined(__linux__) && !defined(WASM_LIBRARY)
#ifdef __aarch64__
#define WASM_IMAGE_PAGE 0x10000
#else
#define WASM_IMAGE_PAGE 0x1000
#endif
#endif
/* On other systems it copies, for code that is compiled once for all of them. */
#if defined(WASM_IMAGE_PAGE) || defined(WASM_MACHINE)
WASM_API void wasm_memory_move(const struct wasm_memory *memory, u64 target, const u8 *image, u64 size);
#endif

/* The old size in pages, or -1 if the maximum or the system does not allow it. */
WASM_API u64 wasm_memory_grow(struct wasm_memory *memory, u64 delta);

/* The memory that WASI calls work on. Each instantiate function sets it, to the memory exported
   as "memory" or to memory 0. */
extern WASM_API struct wasm_memory *wasm_wasi_memory;

/* An empty one, for what a module without a memory asks. */
extern WASM_API struct wasm_memory wasm_no_memory;

/* What a memory is before its module is instantiated. In a C program another module may call or import from this one by then:
   the address is none on any processor, whatever is added to it, where beside NULL there may be the program. */
#ifdef WASM_LIBRARY
#define WASM_MEMORY_BEFORE = {.base = (u8 *)0x40000000000000ull}
#else
#define WASM_MEMORY_BEFORE
#endif

#ifdef WASM_TRAP_HOOK
/* For test programs: called instead of printing, from fault handlers too. May leave with
   longjmp. */
extern WASM_HIDDEN void (*wasm_trap_handler)(const char *trap);
#endif

#endif
