/* The part both loaders share: entry, memory and string functions, errors. */
#include "linux.h"
#include <stdarg.h>

int loader_main(int argc, char **argv, char **envp);

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call loader_start\n hlt\n");
__asm__(".globl signal_return\nsignal_return:\n mov $15, %eax\n syscall\n");
#else
__asm__(".globl _start\n_start:\n mov x29, xzr\n mov x30, xzr\n mov x0, sp\n and sp, x0, #-16\n"
        " bl loader_start\n brk #0\n");
__asm__(".globl signal_return\nsignal_return:\n mov x8, #139\n svc 0\n");
#endif
void signal_return(void);

__attribute__((used)) void loader_start(long *stack)
{
    int argc = (int)stack[0];
    char **argv = (char **)(stack + 1);
    exit_process(loader_main(argc, argv, argv + argc + 1));
}

void *memcpy(void *to, const void *from, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((u8 *)to)[i] = ((const u8 *)from)[i];
    return to;
}

void *memmove(void *to, const void *from, size_t size)
{
    if ((uintptr_t)to <= (uintptr_t)from)
        return memcpy(to, from, size);
    while (size-- > 0)
        ((u8 *)to)[size] = ((const u8 *)from)[size];
    return to;
}

void *memset(void *to, int byte, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((u8 *)to)[i] = (u8)byte;
    return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (((const u8 *)a)[i] != ((const u8 *)b)[i])
            return ((const u8 *)a)[i] - ((const u8 *)b)[i];
    return 0;
}

size_t strlen(const char *text)
{
    size_t length = 0;
    while (text[length] != 0)
        length++;
    return length;
}

bool same(const char *a, const char *b)
{
    while (*a != 0 && *a == *b)
        a++, b++;
    return *a == *b;
}

_Noreturn void exit_process(int code)
{
    for (;;)
        SYSCALL(SYS_exit_group, code);
}

static void print_error(const char *text)
{
    SYSCALL(SYS_write, 2, text, strlen(text));
}

_Noreturn void die(const char *first, ...)
{
    va_list parts;
    va_start(parts, first);
    print_error("loader: ");
    for (const char *part = first; part != NULL; part = va_arg(parts, const char *))
        print_error(part);
    print_error("\n");
    va_end(parts);
    exit_process(127);
}

void *map_pages(void *hint, size_t size, int protection)
{
    long address = SYSCALL(SYS_mmap, hint, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (address < 0 && address > -4096)
        die("out of memory", NULL);
    return (void *)address;
}

u8 *read_whole_file(const char *path, size_t *size)
{
    long file = SYSCALL(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    if (file < 0)
        return NULL;
    *size = (size_t)SYSCALL(SYS_lseek, file, 0, 2);
    long address = SYSCALL(SYS_mmap, 0, *size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    SYSCALL(SYS_close, file);
    return address < 0 && address > -4096 ? NULL : (u8 *)address;
}

static _Noreturn void die_missing(const char *library, const char *name)
{
    die("the program calls ", library, "!", name, ", which test/loaders does not have", NULL);
}

void *missing_import(const char *library, const char *name)
{
    static u8 *page;
    static size_t used;
    if (page == NULL || used + 64 > 65536)
        page = map_pages(NULL, 65536, PROT_READ | PROT_WRITE | PROT_EXEC), used = 0;
    u8 *code = page + used;
    used += 64;
    u64 words[3] = {(u64)library, (u64)name, (u64)die_missing};
#if defined(__x86_64__)
    static const u8 load[4][2] = {{0x48, 0xbf}, {0x48, 0xbe}, {0x48, 0xb8}};
    for (int i = 0; i < 3; i++) { /* mov $word, %rdi / %rsi / %rax */
        memcpy(code + i * 10, load[i], 2);
        memcpy(code + i * 10 + 2, &words[i], 8);
    }
    memcpy(code + 30, "\x48\x83\xe4\xf0\x48\x83\xec\x08\xff\xe0", 10); /* align the stack; jmp *%rax */
#else
    /* ldr x0, +32; ldr x1, +36; ldr x2, +40; br x2 */
    static const u32 instructions[4] = {0x58000100, 0x58000121, 0x58000142, 0xd61f0040};
    memcpy(code, instructions, 16);
    memcpy(code + 32, words, 24);
    __asm__ volatile("dc cvau, %0\n dsb ish\n ic ivau, %0\n dsb ish\n isb" ::"r"(code) : "memory");
#endif
    return code;
}

long handle_signal(int number, void (*handler)(int, struct linux_siginfo *, void *))
{
    struct linux_sigaction action = {handler, SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTORER, signal_return, 0};
    return SYSCALL(SYS_rt_sigaction, number, &action, 0, 8);
}
