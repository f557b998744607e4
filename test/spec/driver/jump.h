/* setjmp and longjmp without libc, for the three instruction sets: clang's builtins do not exist on arm64. */
#ifndef SPEC_JUMP_H
#define SPEC_JUMP_H

#include "types.h"

struct jump {
    u64 words[34];
};

__attribute__((naked, returns_twice, noinline)) static int jump_set(struct jump *jump) {
#if defined(__x86_64__)
#ifdef _WIN32
#define J "%rcx"
#else
#define J "%rdi"
#endif
    __asm__("movq %rbx, 0(" J ")\n movq %rbp, 8(" J ")\n movq %r12, 16(" J ")\n movq %r13, 24(" J ")\n"
            "movq %r14, 32(" J ")\n movq %r15, 40(" J ")\n movq %rdi, 48(" J ")\n movq %rsi, 56(" J ")\n"
            "leaq 8(%rsp), %rax\n movq %rax, 64(" J ")\n movq (%rsp), %rax\n movq %rax, 72(" J ")\n"
            "movups %xmm6, 80(" J ")\n movups %xmm7, 96(" J ")\n movups %xmm8, 112(" J ")\n movups %xmm9, 128(" J ")\n"
            "movups %xmm10, 144(" J ")\n movups %xmm11, 160(" J ")\n movups %xmm12, 176(" J ")\n"
            "movups %xmm13, 192(" J ")\n movups %xmm14, 208(" J ")\n movups %xmm15, 224(" J ")\n"
            "xorl %eax, %eax\n retq\n");
#elif defined(__aarch64__)
    __asm__("stp x19, x20, [x0]\n stp x21, x22, [x0, #16]\n stp x23, x24, [x0, #32]\n stp x25, x26, [x0, #48]\n"
            "stp x27, x28, [x0, #64]\n stp x29, x30, [x0, #80]\n mov x1, sp\n str x1, [x0, #96]\n"
            "stp d8, d9, [x0, #104]\n stp d10, d11, [x0, #120]\n stp d12, d13, [x0, #136]\n"
            "stp d14, d15, [x0, #152]\n mov w0, #0\n ret\n");
#elif defined(__riscv)
    __asm__("sd ra, 0(a0)\n sd sp, 8(a0)\n sd s0, 16(a0)\n sd s1, 24(a0)\n sd s2, 32(a0)\n sd s3, 40(a0)\n"
            "sd s4, 48(a0)\n sd s5, 56(a0)\n sd s6, 64(a0)\n sd s7, 72(a0)\n sd s8, 80(a0)\n sd s9, 88(a0)\n"
            "sd s10, 96(a0)\n sd s11, 104(a0)\n fsd fs0, 112(a0)\n fsd fs1, 120(a0)\n fsd fs2, 128(a0)\n"
            "fsd fs3, 136(a0)\n fsd fs4, 144(a0)\n fsd fs5, 152(a0)\n fsd fs6, 160(a0)\n fsd fs7, 168(a0)\n"
            "fsd fs8, 176(a0)\n fsd fs9, 184(a0)\n fsd fs10, 192(a0)\n fsd fs11, 200(a0)\n li a0, 0\n ret\n");
#endif
}

/* Makes jump_set return 1. */
__attribute__((naked, noreturn, noinline)) static void jump_to(const struct jump *jump) {
#if defined(__x86_64__)
    __asm__("movq 0(" J "), %rbx\n movq 8(" J "), %rbp\n movq 16(" J "), %r12\n movq 24(" J "), %r13\n"
            "movq 32(" J "), %r14\n movq 40(" J "), %r15\n movq 64(" J "), %rsp\n movq 72(" J "), %rdx\n"
            "movups 80(" J "), %xmm6\n movups 96(" J "), %xmm7\n movups 112(" J "), %xmm8\n movups 128(" J "), %xmm9\n"
            "movups 144(" J "), %xmm10\n movups 160(" J "), %xmm11\n movups 176(" J "), %xmm12\n"
            "movups 192(" J "), %xmm13\n movups 208(" J "), %xmm14\n movups 224(" J "), %xmm15\n"
            "movq " J ", %rax\n movq 48(%rax), %rdi\n movq 56(%rax), %rsi\n movl $1, %eax\n jmpq *%rdx\n");
#undef J
#elif defined(__aarch64__)
    __asm__("ldp x19, x20, [x0]\n ldp x21, x22, [x0, #16]\n ldp x23, x24, [x0, #32]\n ldp x25, x26, [x0, #48]\n"
            "ldp x27, x28, [x0, #64]\n ldp x29, x30, [x0, #80]\n ldr x1, [x0, #96]\n mov sp, x1\n"
            "ldp d8, d9, [x0, #104]\n ldp d10, d11, [x0, #120]\n ldp d12, d13, [x0, #136]\n"
            "ldp d14, d15, [x0, #152]\n mov w0, #1\n ret\n");
#elif defined(__riscv)
    __asm__("ld ra, 0(a0)\n ld sp, 8(a0)\n ld s0, 16(a0)\n ld s1, 24(a0)\n ld s2, 32(a0)\n ld s3, 40(a0)\n"
            "ld s4, 48(a0)\n ld s5, 56(a0)\n ld s6, 64(a0)\n ld s7, 72(a0)\n ld s8, 80(a0)\n ld s9, 88(a0)\n"
            "ld s10, 96(a0)\n ld s11, 104(a0)\n fld fs0, 112(a0)\n fld fs1, 120(a0)\n fld fs2, 128(a0)\n"
            "fld fs3, 136(a0)\n fld fs4, 144(a0)\n fld fs5, 152(a0)\n fld fs6, 160(a0)\n fld fs7, 168(a0)\n"
            "fld fs8, 176(a0)\n fld fs9, 184(a0)\n fld fs10, 192(a0)\n fld fs11, 200(a0)\n li a0, 1\n ret\n");
#endif
}

#endif
