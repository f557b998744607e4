/* A constant array in the assembler's words, in the section of those without addresses, or of those with. */
#if defined(__APPLE__)
#define WASM_ASM_SYMBOL "_"
#define WASM_ASM_CONSTANTS(name) "__TEXT,__const"
#define WASM_ASM_ADDRESSES(name) "__DATA,__const"
#define WASM_ASM_ARRAY(section, name, align, contents)                                                        \
    __asm__(".section " section "\n.globl _" #name "\n.private_extern _" #name "\n.p2align " #align "\n_" #name \
            ":\n" contents ".text")
#elif defined(_WIN32)
#define WASM_ASM_SYMBOL ""
#define WASM_ASM_CONSTANTS(name) ".rdata,\"dr\""
#define WASM_ASM_ADDRESSES(name) WASM_ASM_CONSTANTS(name)
#define WASM_ASM_ARRAY(section, name, align, contents) \
    __asm__(".section " section "\n.globl " #name "\n.p2align " #align "\n" #name ":\n" contents ".text")
#else
#define WASM_ASM_SYMBOL ""
#define WASM_ASM_CONSTANTS(name) ".rodata." #name ",\"a\",%progbits"
#ifdef __PIC__
#define WASM_ASM_ADDRESSES(name) ".data.rel.ro." #name ",\"aw\",%progbits"
#else
#define WASM_ASM_ADDRESSES(name) WASM_ASM_CONSTANTS(name)
#endif
#define WASM_ASM_ARRAY(section, name, align, contents)                                                \
    __asm__(".pushsection " section "\n.globl " #name "\n.hidden " #name "\n.p2align " #align "\n" #name \
            ":\n" contents ".popsection")
#endif

/* Bytes of a file as the array `name`, without making a C compiler read them. */
#define WASM_DATA(name, file, offset, size) \
    WASM_ASM_ARRAY(WASM_ASM_CONSTANTS(name), name, 4, ".incbin \"" file "\"," #offset "," #size "\n")

/* The same for bytes that fill memory from `target` on. Where the system can move pages of the executable into memory, they
   are at the right place in whole pages that are zero around them. */
#ifdef WASM_IMAGE_PAGE
#define WASM_STRING(x) #x
#define WASM_IMAGE_OF(name, file, offset, size, target, page)                                              \
    __asm__(".pushsection .data." #name ",\"aw\",%progbits\n.globl " #name "\n.hidden " #name              \
            "\n.balign " WASM_STRING(page) "\n.zero " #target "%" WASM_STRING(page) "\n" #name              \
            ":\n.incbin \"" file "\"," #offset "," #size "\n.size " #name "," #size     \
            "\n.balign " WASM_STRING(page) "\n.popsection")
#define WASM_IMAGE(name, file, offset, size, target) \
    WASM_IMAGE_OF(name, file, offset, size, target, WASM_IMAGE_PAGE)
#else
#define WASM_IMAGE(name, file, offset, size, target) WASM_DATA(name, file, offset, size)
#endif

/* The table of a module's functions; each row names it. C has no word for a distance between a function and a table. */
#ifdef WASM_FUNCTION_ADDRESSES
#define WASM_FUNCTIONS(table, rows) static const struct wasm_function table[] = {rows}
#define WASM_FUNCTION(table, function, offset) {(const void *)function, offset},
#define WASM_FUNCTION_INLINES(table, function, offset) {(const void *)function, offset | WASM_INLINES},
#else
#define WASM_FUNCTIONS(table, rows)                       \
    extern WASM_HIDDEN const struct wasm_function table[]; \
    WASM_ASM_ARRAY(WASM_ASM_CONSTANTS(table), table, 2, rows)
#define WASM_FUNCTION(table, function, offset) \
    ".long " WASM_ASM_SYMBOL #function "-" WASM_ASM_SYMBOL #table "," #offset "\n"
#define WASM_FUNCTION_INLINES(table, function, offset) WASM_FUNCTION(table, function, 0x80000000 + offset)
#endif
#ifndef __OPTIMIZE__
#undef WASM_FUNCTION_INLINES
#define WASM_FUNCTION_INLINES WASM_FUNCTION
#endif

/* The same where the rows are a file's, `wasm_row FUNCTION, OFFSET, 1 if it inlines others`. */
#define WASM_ROWS(section, name, align, parameters, row, file)              \
    WASM_ASM_ARRAY(section, name, align,                                    \
                   ".macro wasm_row " parameters "\n" row "\n.endm\n"       \
                   ".include \"" file "\"\n.purgem wasm_row\n")
#ifdef __OPTIMIZE__
#define WASM_ROW_OFFSET "\\offset+(\\inlines<<31)"
#else
#define WASM_ROW_OFFSET "\\offset"
#endif
#ifdef WASM_FUNCTION_ADDRESSES
#define WASM_FUNCTION_ROWS(table, file)                                                                   \
    extern WASM_HIDDEN const struct wasm_function table[];                                                 \
    WASM_ROWS(WASM_ASM_ADDRESSES(table), table, 3, "function, offset, inlines",                            \
              ".quad " WASM_ASM_SYMBOL "\\function\n.long " WASM_ROW_OFFSET ", 0", file)
#else
#define WASM_FUNCTION_ROWS(table, file)                                                                   \
    extern WASM_HIDDEN const struct wasm_function table[];                                                 \
    WASM_ROWS(WASM_ASM_CONSTANTS(table), table, 2, "function, offset, inlines",                            \
              ".long " WASM_ASM_SYMBOL "\\function-" WASM_ASM_SYMBOL #table "," WASM_ROW_OFFSET, file)
#endif

/* References to functions from a file, `wasm_row FUNCTION, TYPE` or `.quad 0, 0`. */
#define WASM_FUNCREF_ROWS(name, file)                                       \
    WASM_ROWS(WASM_ASM_ADDRESSES(name), name, 4, "function, type",          \
              ".quad " WASM_ASM_SYMBOL "\\function, \\type", file)

/* A second name for a variable. */
#ifdef __APPLE__
#define WASM_ALIAS(name, old) __asm__(".globl _" #name "\n.set _" #name ",_" #old)
#else
#define WASM_ALIAS(name, old) __asm__(".globl " #name "\n.set " #name "," #old)
#endif
