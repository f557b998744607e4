/* Runs a program of Windows with a pipe of Windows as its standard input, into which goes what comes in here: wine cannot
 * look into a pipe of the host. Usage: pipe.exe program, whose path has no spaces. Built without a C runtime. */
#include "platform/windows/nt.h"

struct security {
    u32 size;
    void *descriptor;
    win_bool inherited;
};

/* STARTUPINFOW */
struct start {
    u32 size;
    void *names[3];
    u32 places[7], flags;
    u16 show, reserved_size;
    void *reserved;
    win_handle input, output, error;
};

struct process {
    win_handle process, thread;
    u32 process_id, thread_id;
};

WIN_IMPORT(win_bool) CreatePipe(win_handle *read, win_handle *write, struct security *security, u32 size);
WIN_IMPORT(win_bool) SetHandleInformation(win_handle handle, u32 mask, u32 flags);
WIN_IMPORT(win_bool) CreateProcessW(const u16 *name, u16 *line, void *process_security, void *thread_security,
    win_bool inherit, u32 flags, void *environment, const u16 *directory, struct start *start, struct process *made);
WIN_IMPORT(win_bool) GetExitCodeProcess(win_handle process, u32 *code);

void wWinMainCRTStartup(void)
{
    static struct security inherited = {.size = sizeof inherited, .inherited = true};
    static struct start start = {.size = sizeof start, .flags = 0x100 /* has streams */};
    static u8 bytes[1024];
    struct process child;
    win_handle from_here, to_child;
    u32 size, written, code = 1;
    u16 *program = (u16 *)GetCommandLineW();
    for (u16 *c = program; *c; c++)
        if (*c == ' ' && c[1]) program = c + 1;
    if (!CreatePipe(&from_here, &to_child, &inherited, 0)) ExitProcess(2);
    SetHandleInformation(to_child, 1 /* inherit */, 0);
    start.input = from_here;
    start.output = GetStdHandle((u32)-11);
    start.error = GetStdHandle(WIN_STD_ERROR);
    if (!CreateProcessW(NULL, program, NULL, NULL, true, 0, NULL, NULL, &start, &child)) ExitProcess(3);
    CloseHandle(from_here);
    while (ReadFile(GetStdHandle((u32)-10), bytes, sizeof bytes, &size, NULL) && size)
        WriteFile(to_child, bytes, size, &written, NULL);
    CloseHandle(to_child);
    WaitForSingleObject(child.process, ~0u);
    GetExitCodeProcess(child.process, &code);
    ExitProcess(code);
}
