/* The process, memory, exceptions, clocks. */
#include "windows.h"

/* The process: arguments, environment, paths. */

static u32 last_error;
static wchar *command_line, *environment_block;
static const char *executable;

void set_last_error(u32 error) { last_error = error; }
static WINAPI u32 get_last_error(void) { return last_error; }
static WINAPI void set_last_error_api(u32 error) { last_error = error; }

/* Quotes one argument as C runtimes on Windows take it apart. */
static char *quote(char *to, const char *argument)
{
    bool plain = argument[0] != 0;
    for (const char *at = argument; *at != 0; at++)
        plain &= *at != ' ' && *at != '\t' && *at != '"';
    if (!plain)
        *to++ = '"';
    for (const char *at = argument;;) {
        size_t backslashes = 0;
        for (; *at == '\\'; at++)
            backslashes++;
        size_t copies = (*at == '"') || (*at == 0 && !plain) ? backslashes * 2 : backslashes;
        while (copies-- > 0)
            *to++ = '\\';
        if (*at == 0)
            break;
        if (*at == '"')
            *to++ = '\\';
        *to++ = *at++;
    }
    if (!plain)
        *to++ = '"';
    return to;
}

static wchar *widen(const char *text, size_t size)
{
    wchar *wide = map_pages(NULL, size * 2 + 16, PROT_READ | PROT_WRITE);
    utf16_from_utf8(wide, size + 1, text, size);
    return wide;
}

void windows_start(int argc, char **argv, char **envp)
{
    /* A broken pipe is an error of the write, not a signal. */
    struct linux_sigaction ignore = {(void (*)(int, struct linux_siginfo *, void *))1, 0, NULL, 0};
    SYSCALL(SYS_rt_sigaction, 13, &ignore, 0, 8);
    executable = argv[0];
    size_t room = 16;
    for (int i = 0; i < argc; i++)
        room += strlen(argv[i]) * 2 + 4;
    char *text = map_pages(NULL, room, PROT_READ | PROT_WRITE), *end = text;
    for (int i = 0; i < argc; i++) {
        if (i > 0)
            *end++ = ' ';
        end = quote(end, argv[i]);
    }
    command_line = widen(text, (size_t)(end - text));

    room = 2;
    for (char **entry = envp; *entry != NULL; entry++)
        room += strlen(*entry) + 1;
    text = map_pages(NULL, room, PROT_READ | PROT_WRITE), end = text;
    for (char **entry = envp; *entry != NULL; entry++) {
        memcpy(end, *entry, strlen(*entry));
        end += strlen(*entry) + 1;
    }
    environment_block = widen(text, (size_t)(end - text) + 1);
}

static WINAPI const wchar *get_command_line(void) { return command_line; }
static WINAPI wchar *get_environment_strings(void) { return environment_block; }
static WINAPI boolean free_environment_strings(wchar *block) { return block == environment_block; }

static WINAPI u32 get_environment_variable(const wchar *name, wchar *to, u32 room)
{
    size_t name_length = wide_length(name);
    for (const wchar *entry = environment_block; *entry != 0; entry += wide_length(entry) + 1) {
        if (memcmp(entry, name, name_length * 2) != 0 || entry[name_length] != '=')
            continue;
        size_t length = wide_length(entry + name_length + 1);
        if (length + 1 > room)
            return (u32)length + 1;
        memcpy(to, entry + name_length + 1, (length + 1) * 2);
        return (u32)length;
    }
    set_last_error(203); /* ERROR_ENVVAR_NOT_FOUND */
    return 0;
}

static WINAPI u32 get_module_file_name(void *module, wchar *to, u32 room)
{
    if (module != NULL)
        die("GetModuleFileNameW of another module", NULL);
    size_t length = windows_path(to, room, executable);
    if (length >= room) {
        set_last_error(122); /* ERROR_INSUFFICIENT_BUFFER */
        return room;
    }
    to[length] = 0;
    return (u32)length;
}

static WINAPI u32 get_current_directory(u32 room, wchar *to)
{
    char path[4096];
    wchar wide[4096];
    SYSCALL(SYS_getcwd, path, sizeof path);
    size_t length = windows_path(wide, 4096, path);
    if (length + 1 > room)
        return (u32)length + 1;
    memcpy(to, wide, length * 2);
    to[length] = 0;
    return (u32)length;
}

static WINAPI _Noreturn void exit_process_api(u32 code) { exit_process((int)code); }
static WINAPI handle get_current_process(void) { return (handle)-1; }
static WINAPI handle get_current_thread(void) { return (handle)-2; }

static WINAPI boolean terminate_process(handle process, u32 code)
{
    (void)process;
    exit_process((int)code);
}

static WINAPI i32 wide_to_bytes(u32 page, u32 flags, const wchar *wide, i32 size, char *to, i32 room, const char *fallback,
                                boolean *used)
{
    if (page != 65001 || fallback != NULL || used != NULL || (flags & ~0x80u))
        die("WideCharToMultiByte is for UTF-8 only here", NULL);
    size_t length = size < 0 ? wide_length(wide) + 1 : (size_t)size;
    size_t needed = utf8_from_utf16(NULL, 0, wide, length);
    if (room == 0)
        return (i32)needed;
    if (needed > (size_t)room) {
        set_last_error(122);
        return 0;
    }
    return (i32)utf8_from_utf16(to, (size_t)room, wide, length);
}

static WINAPI i32 bytes_to_wide(u32 page, u32 flags, const char *bytes, i32 size, wchar *to, i32 room)
{
    if (page != 65001 || (flags & ~8u))
        die("MultiByteToWideChar is for UTF-8 only here", NULL);
    size_t length = size < 0 ? strlen(bytes) + 1 : (size_t)size;
    size_t needed = utf16_from_utf8(NULL, 0, bytes, length);
    if (room == 0)
        return (i32)needed;
    if (needed > (size_t)room) {
        set_last_error(122);
        return 0;
    }
    return (i32)utf16_from_utf8(to, (size_t)room, bytes, length);
}

/* Memory. */

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
static u8 *guard;
static size_t guard_size;

void windows_guard(u8 *low, size_t size) { guard = low, guard_size = size; }

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
    static u64 context[256] __attribute__((aligned(16)));
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
        if (fault >= guard && fault < guard + guard_size) {
            /* Windows gives the rest of the stack to the handler. */
            record.code = 0xc00000fd;
            SYSCALL(SYS_mprotect, guard, guard_size, PROT_READ | PROT_WRITE);
        }
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
        enum { SIZE = 1 << 18 };
        struct linux_stack stack = {map_pages(NULL, SIZE, PROT_READ | PROT_WRITE), 0, SIZE};
        SYSCALL(SYS_sigaltstack, &stack, 0);
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

/* Clocks: FILETIME counts 100 ns since 1601. */

static u64 clock_nanoseconds(int clock)
{
    struct timespec time = {0, 0};
    SYSCALL(SYS_clock_gettime, clock, &time);
    return (u64)time.seconds * 1000000000 + (u64)time.nanoseconds;
}

static WINAPI void get_system_time(u64 *time) { *time = clock_nanoseconds(0) / 100 + 116444736000000000ull; }

static WINAPI boolean query_counter(u64 *count)
{
    *count = clock_nanoseconds(1) / 100;
    return 1;
}

static WINAPI boolean query_frequency(u64 *frequency)
{
    *frequency = 10000000;
    return 1;
}

static boolean get_times(int clock, u64 *created, u64 *ended, u64 *kernel, u64 *user)
{
    *created = *ended = *kernel = 0;
    *user = clock_nanoseconds(clock) / 100;
    return 1;
}

static WINAPI boolean get_process_times(handle process, u64 *created, u64 *ended, u64 *kernel, u64 *user)
{
    (void)process;
    return get_times(2, created, ended, kernel, user);
}

static WINAPI boolean get_thread_times(handle thread, u64 *created, u64 *ended, u64 *kernel, u64 *user)
{
    (void)thread;
    return get_times(3, created, ended, kernel, user);
}

static WINAPI void sleep_api(u32 milliseconds)
{
    struct timespec time = {milliseconds / 1000, (i64)(milliseconds % 1000) * 1000000};
    SYSCALL(SYS_nanosleep, &time, 0);
}

static WINAPI boolean switch_to_thread(void) { return SYSCALL(SYS_sched_yield, 0) == 0; }
static WINAPI u64 get_tick_count(void) { return clock_nanoseconds(1) / 1000000; }

static WINAPI u8 generate_random(u8 *to, u32 size)
{
    while (size > 0) {
        long got = SYSCALL(SYS_getrandom, to, size, 0);
        if (got <= 0)
            return 0;
        to += got, size -= (u32)got;
    }
    return 1;
}

const struct windows_export windows_process_exports[] = {
    {"GetLastError", get_last_error}, {"SetLastError", set_last_error_api}, {"GetCommandLineW", get_command_line},
    {"GetEnvironmentStringsW", get_environment_strings}, {"FreeEnvironmentStringsW", free_environment_strings},
    {"GetEnvironmentVariableW", get_environment_variable}, {"GetModuleFileNameW", get_module_file_name},
    {"GetCurrentDirectoryW", get_current_directory}, {"ExitProcess", exit_process_api},
    {"TerminateProcess", terminate_process}, {"GetCurrentProcess", get_current_process},
    {"GetCurrentThread", get_current_thread}, {"WideCharToMultiByte", wide_to_bytes},
    {"MultiByteToWideChar", bytes_to_wide}, {"VirtualAlloc", virtual_alloc}, {"VirtualFree", virtual_free},
    {"VirtualProtect", virtual_protect}, {"AddVectoredExceptionHandler", add_vectored_handler},
    {"SetThreadStackGuarantee", set_stack_guarantee}, {"GetSystemTimePreciseAsFileTime", get_system_time},
    {"GetSystemTimeAsFileTime", get_system_time}, {"QueryPerformanceCounter", query_counter},
    {"QueryPerformanceFrequency", query_frequency}, {"GetProcessTimes", get_process_times},
    {"GetThreadTimes", get_thread_times}, {"Sleep", sleep_api}, {"SwitchToThread", switch_to_thread},
    {"GetTickCount64", get_tick_count}, {"SystemFunction036", generate_random}, {NULL, NULL},
};

void *windows_symbol(const char *name)
{
    static const struct windows_export *const tables[] = {windows_process_exports, windows_file_exports, windows_nt_exports};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        for (const struct windows_export *row = tables[i]; row->name != NULL; row++)
            if (same(row->name, name))
                return row->address;
    return NULL;
}
