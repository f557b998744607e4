/* Symbols that the compiler expects of a C runtime on Windows. */

/* "Floating point is used here." */
int _fltused;

/* Called by functions with more than a page of locals, before they move the stack pointer:
   touches each page of the new frame from the top down, so that the guard page moves along. x64:
   the size is in rax; arm64: in x15, in units of 16 bytes. All other registers but arm64's x16
   and x17 keep their values. */
#if defined(__x86_64__)
__asm__(
    ".text\n"
    ".globl ___chkstk_ms\n"
    "win_probe:\n"
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
    "win_probe_end:\n");
#elif defined(__aarch64__)
__asm__(
    ".text\n"
    ".globl __chkstk\n"
    "win_probe:\n"
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
    "win_probe_end:\n");
#endif

extern const u8 win_probe[], win_probe_end[];

/* Where a fault is to be blamed on: the function that had its frame probed. The context's layout
   is Windows' own, in words of 8 bytes; x64: the return address is under the two saved
   registers; arm64: in x30. */
static u64 win_blamed_pc(u64 pc, const u64 *context) {
    if (pc - (u64)win_probe >= (u64)(win_probe_end - win_probe)) return pc;
#if defined(__x86_64__)
    return ((const u64 *)context[19])[2];
#else
    return context[31];
#endif
}
