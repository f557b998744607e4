/* Symbols that the compiler expects of a C runtime on Windows. */

/* "Floating point is used here." */
int _fltused = 1;

/* Called by functions with more than a page of locals, before they move the stack pointer: touches each page of the new
   frame from the top down, so that the guard page moves along. x64: the size is in rax; arm64: in x15, in units of 16
   bytes. All other registers but arm64's x16 and x17 keep their values. */
#if defined(__x86_64__)
__asm__(
    ".pushsection .text$___chkstk_ms,\"xr\"\n"
    ".globl ___chkstk_ms\n"
    "___chkstk_ms:\n"
    "    pushq %rax\n"
    "    pushq %rcx\n"
    "    leaq 24(%rsp), %rcx\n"
    "    jmp 2f\n"
    "1:  subq $4096, %rcx\n"
    "    orq $0, (%rcx)\n"
    "    subq $4096, %rax\n"
    "2:  cmpq $4096, %rax\n"
    "    ja 1b\n"
    "    subq %rax, %rcx\n"
    "    orq $0, (%rcx)\n"
    "    popq %rcx\n"
    "    popq %rax\n"
    "    retq\n"
    ".popsection\n");
#elif defined(__aarch64__)
__asm__(
    ".pushsection .text$__chkstk,\"xr\"\n"
    ".globl __chkstk\n"
    "__chkstk:\n"
    "    lsl x16, x15, #4\n"
    "    mov x17, sp\n"
    "    b 2f\n"
    "1:  sub x17, x17, #4096\n"
    "    ldr xzr, [x17]\n"
    "    sub x16, x16, #4096\n"
    "2:  cmp x16, #4096\n"
    "    b.hi 1b\n"
    "    sub x17, x17, x16\n"
    "    ldr xzr, [x17]\n"
    "    ret\n"
    ".popsection\n");
#endif
