/* Memory and exceptions. */
#include "windows.h"

enum { MEM_COMMIT = 0x1000, MEM_RESERVE = 0x2000, MEM_RELEASE = 0x8000 };

static int protection_of(u32 protection)
{
    switch (protection & 0xff) {
    case 1: return PROT_NONE;
    case 2: return PROT_READ;
    case 4: return PROT_READ | PROT_WRITE;
    case 0x20: return PROT_READ | PROT_EXEC;
    default: die("a page protection that this loader does not know", NULL);
    }
}

static WINAPI void *virtual_alloc(void *address, size_t size, u32 type, u32 protection)
{
    if (type & MEM_RESERVE) {
        /* Windows reserves at multiples of 64 KiB. */
        void *wanted = (void *)((u64)address & ~0xffffull);
        int initial = type & MEM_COMMIT ? protection_of(protection) : PROT_NONE;
        long got = SYSCALL(SYS_mmap, wanted, size + ((u64)address & 0xffff), initial,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if ((got < 0 && got > -4096) || (address != NULL && (void *)got != wanted)) {
            set_last_error(got > 0 ? 487 : 8); /* ERROR_INVALID_ADDRESS, ERROR_NOT_ENOUGH_MEMORY */
            return NULL;
        }
        return (void *)got;
    }
    if (!(type & MEM_COMMIT))
        die("VirtualAlloc with neither MEM_RESERVE nor MEM_COMMIT", NULL);
    u64 start = (u64)address & ~4095ull, end = ((u64)address + size + 4095) & ~4095ull;
    if (SYSCALL(SYS_mprotect, start, end - start, protection_of(protection)) != 0) {
        set_last_error(8);
        return NULL;
    }
    return (void *)start;
}

static WINAPI boolean virtual_free(void *address, size_t size, u32 type)
{
    if (!(type & MEM_RELEASE))
        return SYSCALL(SYS_mprotect, address, size, PROT_NONE) == 0;
    return 1; /* the size is not known here; tests can spare the addresses */
}

static WINAPI boolean virtual_protect(void *address, size_t size, u32 protection, u32 *old)
{
    u64 start = (u64)address & ~4095ull, end = ((u64)address + size + 4095) & ~4095ull;
    *old = 4;
    return SYSCALL(SYS_mprotect, start, end - start, protection_of(protection)) == 0;
}

/* Exceptions: signals become records, and the vectored handlers see them in turn. */

struct exception_record {
    u32 code, flags;
    struct exception_record *inner;
    void *address;
    u32 parameter_count;
    u64 parameters[15];
};
struct exception_pointers { struct exception_record *record; u64 *context; };
typedef WINAPI i32 (*vectored_handler)(struct exception_pointers *);

static vectored_handler vectored[8];
static u32 vectored_count;

/* The registers where CONTEXT has them; on arm64 x0…x30, sp and pc are adjacent in both. */
static void *fill_context(u64 *context, const u8 *from)
{
#if defined(__x86_64__)
    const u64 *r = (const u64 *)(from + 40);
    static const u8 order[17] = {13, 14, 12, 11, 15, 10, 9, 8, 0, 1, 2, 3, 4, 5, 6, 7, 16}; /* rax, rcx, rdx, … rip */
    for (int i = 0; i < 17; i++)
        context[15 + i] = r[order[i]];
    return (void *)r[16];
#else
    const u64 *r = (const u64 *)(from + 176) + 1;
    memcpy(context + 1, r, 33 * 8);
    return (void *)r[32];
#endif
}

static void on_signal(int number, struct linux_siginfo *info, void *from)
{
    u64 context[256] __attribute__((aligned(16))) = {0};
    struct exception_record record = {0};
    record.address = fill_context(context, from);
    u8 *fault = info->address;
    switch (number) {
    case SIGILL: record.code = 0xc000001d; break;
    case 5: record.code = 0x80000003; break; /* SIGTRAP */
    case SIGFPE: record.code = info->code == 1 ? 0xc0000094 : 0xc0000095; break;
    default:
        record.code = number == SIGBUS ? 0xc0000006 : 0xc0000005;
        record.parameter_count = 2;
        record.parameters[1] = (u64)fault;
        if (windows_open_guard(fault))
            record.code = 0xc00000fd;
    }
    struct exception_pointers pointers = {&record, context};
    for (u32 i = 0; i < vectored_count; i++)
        if (vectored[i](&pointers) == -1)
            die("a vectored handler asked to continue, which this loader cannot", NULL);
    die("an exception that no handler took", NULL);
}

static WINAPI void *add_vectored_handler(u32 first, vectored_handler handler)
{
    (void)first;
    if (vectored_count == 8)
        return NULL;
    if (vectored_count == 0) {
        static const u8 numbers[5] = {SIGILL, 5, SIGBUS, SIGFPE, SIGSEGV};
        for (int i = 0; i < 5; i++)
            handle_signal(numbers[i], on_signal);
    }
    vectored[vectored_count++] = handler;
    return (void *)handler;
}

static WINAPI boolean set_stack_guarantee(u32 *size)
{
    *size = 0;
    return 1;
}

const struct windows_export windows_memory_exports[] = {
    {"VirtualAlloc", virtual_alloc}, {"VirtualFree", virtual_free}, {"VirtualProtect", virtual_protect},
    {"AddVectoredExceptionHandler", add_vectored_handler}, {"SetThreadStackGuarantee", set_stack_guarantee},
    {NULL, NULL},
};
