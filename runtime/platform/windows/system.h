/* What is used of Windows, declared here: no Windows headers, no C runtime. */
#ifndef WASM_WINDOWS_SYSTEM_H
#define WASM_WINDOWS_SYSTEM_H

#include "../../types.h"

typedef void *win_handle;
typedef i32 win_bool;

/* A FILETIME: units of 100 ns since 1601. */
struct win_time {
    u32 low, high;
};

struct win_exception_record {
    u32 code, flags;
    struct win_exception_record *inner;
    void *address;
    u32 parameter_count;
    u64 parameters[15];
};

struct win_exception {
    struct win_exception_record *record;
    const u64 *context; /* the registers */
};

#define WIN_IMPORT(result) __declspec(dllimport) result

/* kernel32 */
WIN_IMPORT(const u16 *) GetCommandLineW(void);
WIN_IMPORT(u16 *) GetEnvironmentStringsW(void);
WIN_IMPORT(u32) GetModuleFileNameW(win_handle module, u16 *name, u32 size);
WIN_IMPORT(win_handle) GetStdHandle(u32 which);
WIN_IMPORT(win_bool) WriteFile(
    win_handle file, const void *data, u32 size, u32 *written, void *overlapped);
WIN_IMPORT(i32) WideCharToMultiByte(
    u32 page, u32 flags, const u16 *wide, i32 wide_size, char *bytes, i32 size,
    const char *fallback, win_bool *used);
WIN_IMPORT(void) ExitProcess(u32 code) __attribute__((noreturn));
WIN_IMPORT(void *) VirtualAlloc(void *address, size_t size, u32 type, u32 protection);
WIN_IMPORT(void *) AddVectoredExceptionHandler(u32 first, i32 (*handler)(struct win_exception *));
WIN_IMPORT(win_bool) SetThreadStackGuarantee(u32 *size);
WIN_IMPORT(void) GetSystemTimePreciseAsFileTime(struct win_time *time);
WIN_IMPORT(win_bool) QueryPerformanceCounter(i64 *count);
WIN_IMPORT(win_bool) QueryPerformanceFrequency(i64 *frequency);
WIN_IMPORT(win_handle) GetCurrentProcess(void);
WIN_IMPORT(win_handle) GetCurrentThread(void);
WIN_IMPORT(win_bool) GetProcessTimes(
    win_handle process, struct win_time *created, struct win_time *ended, struct win_time *kernel,
    struct win_time *user);
WIN_IMPORT(win_bool) GetThreadTimes(
    win_handle thread, struct win_time *created, struct win_time *ended, struct win_time *kernel,
    struct win_time *user);
WIN_IMPORT(void) Sleep(u32 milliseconds);
WIN_IMPORT(win_bool) SwitchToThread(void);
#define WIN_FIBER_FLOAT_SWITCH 1u
WIN_IMPORT(void *)
CreateFiberEx(size_t committed, size_t reserved, u32 flags, void (*function)(void *), void *argument);
WIN_IMPORT(void *) ConvertThreadToFiberEx(void *argument, u32 flags);
WIN_IMPORT(void) SwitchToFiber(void *fiber);

/* advapi32: RtlGenRandom under its real name. */
WIN_IMPORT(u8) SystemFunction036(void *buffer, u32 size);

#define WIN_UTF8 65001
#define WIN_STD_ERROR ((u32)-12)
#define WIN_MEM_COMMIT 0x1000
#define WIN_MEM_RESERVE 0x2000
#define WIN_PAGE_NOACCESS 1
#define WIN_PAGE_READWRITE 4

#endif
