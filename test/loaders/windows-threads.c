/* Threads: their blocks, thread-local variables, and waiting on a word. */
#include "windows.h"

/* IMAGE_TLS_DIRECTORY64 of the program; addresses, not offsets. */
struct tls_directory { u64 start, end, index, callbacks; u32 zeros, flags; };

enum { GUARD_SIZE = 1 << 20, SIGNAL_STACK_SIZE = 1 << 18 };

static const struct tls_directory *variables;

struct windows_block *windows_block(void)
{
    struct windows_block *block;
#if defined(__x86_64__)
    __asm__ volatile("mov %%gs:0x30, %0" : "=r"(block));
#else
    __asm__ volatile("mov %0, x18" : "=r"(block));
#endif
    return block;
}

/* At x18 on arm64, at gs:0 on x64. */
static void set_block(struct windows_block *block)
{
#if defined(__x86_64__)
    SYSCALL(SYS_arch_prctl, 0x1001 /* ARCH_SET_GS */, block);
#else
    __asm__ volatile("mov x18, %0" ::"r"(block));
#endif
}

static struct windows_block *new_block(size_t stack_size)
{
    u8 *stack = map_pages(NULL, GUARD_SIZE + stack_size, PROT_READ | PROT_WRITE);
    SYSCALL(SYS_mprotect, stack, GUARD_SIZE, PROT_NONE);
    struct windows_block *block = map_pages(NULL, sizeof *block, PROT_READ | PROT_WRITE);
    *block = (struct windows_block){.stack_low = stack + GUARD_SIZE, .stack_end = stack + GUARD_SIZE + stack_size};
    block->self = block;
    if (variables != NULL) {
        size_t size = variables->end - variables->start;
        u8 *copy = map_pages(NULL, size + variables->zeros, PROT_READ | PROT_WRITE);
        memcpy(copy, (const void *)variables->start, size);
        block->copies[0] = copy;
        block->variables = block->copies;
    }
    return block;
}

/* Windows gives the rest of the stack to the handler of its overflow. */
bool windows_open_guard(const u8 *address)
{
    u8 *low = windows_block()->stack_low;
    if (address >= low || address < low - GUARD_SIZE)
        return false;
    SYSCALL(SYS_mprotect, low - GUARD_SIZE, GUARD_SIZE, PROT_READ | PROT_WRITE);
    return true;
}

static void begin(struct windows_block *block)
{
    struct linux_stack signals = {map_pages(NULL, SIGNAL_STACK_SIZE, PROT_READ | PROT_WRITE), 0, SIGNAL_STACK_SIZE};
    set_block(block);
    SYSCALL(SYS_sigaltstack, &signals, 0);
}

u8 *windows_start_threads(const void *directory, size_t stack_size)
{
    variables = directory;
    if (variables != NULL)
        *(u32 *)variables->index = 0;
    struct windows_block *block = new_block(stack_size);
    begin(block);
    return block->stack_end;
}

static void run(void *given)
{
    struct windows_block *block = given;
    begin(block);
    block->function(block->argument);
}

static WINAPI handle create_thread(void *security, size_t stack_size, WINAPI u32 (*function)(void *), void *argument,
                                   u32 flags, u32 *id)
{
    if (security != NULL || id != NULL || flags != 0x10000 /* STACK_SIZE_PARAM_IS_A_RESERVATION */)
        die("CreateThread in a way that this loader does not know", NULL);
    struct windows_block *block = new_block(stack_size);
    block->function = function;
    block->argument = argument;
    /* A descriptor that CloseHandle can close. */
    return start_thread(block->stack_end, NULL, run, block) ? handle_of(SYSCALL(SYS_dup, 2)) : 0;
}

/* The time is counted from now on if it is negative. */
static WINAPI i32 wait_on_address(const u32 *word, const u32 *value, size_t size, const i64 *timeout)
{
    struct timespec limit = {0, 0};
    if (size != sizeof *word || (timeout != NULL && *timeout > 0))
        die("RtlWaitOnAddress in a way that this loader does not know", NULL);
    if (timeout != NULL)
        limit = (struct timespec){-*timeout / 10000000, -*timeout % 10000000 * 100};
    return futex_wait(word, *value, timeout == NULL ? NULL : &limit) == -110 ? 0x102 : 0; /* STATUS_TIMEOUT */
}

static WINAPI void wake_address_single(const u32 *word) { futex_wake(word); }

const struct windows_export windows_thread_exports[] = {
    {"CreateThread", create_thread}, {"RtlWaitOnAddress", wait_on_address},
    {"RtlWakeAddressSingle", wake_address_single}, {NULL, NULL},
};
