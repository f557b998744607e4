/* _start: the kernel leaves argc, argv, envp on the stack. */

#if defined(__x86_64__)
__asm__(
    ".pushsection .text._start,\"ax\",@progbits\n"
    ".globl _start\n"
    ".type _start,@function\n"
    "_start:\n"
    "    xorl %ebp, %ebp\n"
    "    movq %rsp, %rdi\n"
    "    andq $-16, %rsp\n"
    "    call linux_start\n"
    ".popsection\n");
#elif defined(__aarch64__)
__asm__(
    ".pushsection .text._start,\"ax\",@progbits\n"
    ".globl _start\n"
    ".type _start,@function\n"
    "_start:\n"
    "    mov x29, #0\n"
    "    mov x30, #0\n"
    "    mov x0, sp\n"
    "    b linux_start\n"
    ".popsection\n");
#else
__asm__(
    ".pushsection .text._start,\"ax\",@progbits\n"
    ".globl _start\n"
    ".type _start,@function\n"
    "_start:\n"
    ".option push\n"
    ".option norelax\n"
    "    lla gp, __global_pointer$\n"
    ".option pop\n"
    "    li s0, 0\n"
    "    li ra, 0\n"
    "    mv a0, sp\n"
    "    tail linux_start\n"
    ".popsection\n");
#endif

_Noreturn __attribute__((used)) static void linux_start(char **stack) {
    linux_args = stack + 1;
    start();
}
