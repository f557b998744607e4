/* Bytes of a file as the array `name`, without making a C compiler read them. */
#if defined(__APPLE__)
#define WASM_DATA(name, file, offset, size)                                                 \
    __asm__(".section __TEXT,__const\n.globl _" #name "\n.private_extern _" #name "\n.p2align 4\n_" #name \
            ":\n.incbin \"" file "\"," #offset "," #size "\n.text")
#elif defined(_WIN32)
#define WASM_DATA(name, file, offset, size)                                                 \
    __asm__(".section .rdata,\"dr\"\n.globl " #name "\n.p2align 4\n" #name ":\n.incbin \"" file "\"," #offset \
            "," #size "\n.text")
#else
#define WASM_DATA(name, file, offset, size)                                                 \
    __asm__(".pushsection .rodata." #name ",\"a\",%progbits\n.globl " #name "\n.hidden " #name            \
            "\n.p2align 4\n" #name ":\n.incbin \"" file "\"," #offset "," #size "\n.popsection")
#endif

/* A second name for a variable. */
#ifdef __APPLE__
#define WASM_ALIAS(name, old) __asm__(".globl _" #name "\n.set _" #name ",_" #old)
#else
#define WASM_ALIAS(name, old) __asm__(".globl " #name "\n.set " #name "," #old)
#endif
