/* The process and clocks. */
#include "windows.h"

/* The process: arguments, environment, paths. */

static wchar *command_line, *environment_block;
static const char *executable;

void set_last_error(u32 error) { windows_block()->last_error = error; }
static WINAPI u32 get_last_error(void) { return windows_block()->last_error; }
static WINAPI void set_last_error_api(u32 error) { set_last_error(error); }

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

static WINAPI i32 wide_to_bytes(u32 page, u32 flags, const wchar *wide, i32 size, char *to, i32 room,
                                const char *fallback, boolean *used)
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
    {"MultiByteToWideChar", bytes_to_wide}, {"GetSystemTimePreciseAsFileTime", get_system_time},
    {"GetSystemTimeAsFileTime", get_system_time}, {"QueryPerformanceCounter", query_counter},
    {"QueryPerformanceFrequency", query_frequency}, {"GetProcessTimes", get_process_times},
    {"GetThreadTimes", get_thread_times}, {"Sleep", sleep_api}, {"SwitchToThread", switch_to_thread},
    {"GetTickCount64", get_tick_count}, {"SystemFunction036", generate_random}, {NULL, NULL},
};

void *windows_symbol(const char *name)
{
    static const struct windows_export *const tables[] = {
        windows_process_exports, windows_memory_exports, windows_file_exports, windows_nt_exports,
        windows_thread_exports, windows_socket_exports,
    };
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        for (const struct windows_export *row = tables[i]; row->name != NULL; row++)
            if (same(row->name, name))
                return row->address;
    return NULL;
}
