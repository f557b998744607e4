/* Arguments and environment: from Windows' UTF-16 to lists of UTF-8 strings. They are made once
   and stay. */

static void *win_allocate(u64 size) {
    void *room = VirtualAlloc(NULL, size, WIN_MEM_RESERVE | WIN_MEM_COMMIT, WIN_PAGE_READWRITE);
    if (!room) wasm_fail("not enough memory for the program's arguments");
    return room;
}

/* `units` counts the terminating zero. */
static char *win_to_utf8(const u16 *wide, u64 units) {
    u64 size = units * 3;
    char *bytes = win_allocate(size);
    WideCharToMultiByte(WIN_UTF8, 0, wide, (i32)units, bytes, (i32)size, NULL, NULL);
    return bytes;
}

static bool win_is_space(char c) {
    return c == ' ' || c == '\t';
}

/* Splits a command line in place, by the rules of Microsoft's C runtime. 2n backslashes before a
   quote are n of them and the quote opens or closes; 2n+1 are n and a quote; elsewhere
   backslashes are themselves. In a quoted part "" is a quote. The program's name knows quotes
   only. */
static const char **win_split_command_line(char *in, const char **args) {
    char *out = in;
    bool quoted = false;
    *args++ = out;
    for (; *in && (quoted || !win_is_space(*in)); in++) {
        if (*in == '"') quoted = !quoted;
        else *out++ = *in;
    }
    for (;;) {
        bool more = *in != 0;
        *out++ = 0;
        if (more) in++;
        while (win_is_space(*in)) in++;
        if (!*in) break;
        *args++ = out;
        quoted = false;
        while (*in && (quoted || !win_is_space(*in))) {
            u64 backslashes = 0;
            while (in[backslashes] == '\\') backslashes++;
            in += backslashes;
            if (*in != '"') {
                while (backslashes--) *out++ = '\\';
                if (*in && (quoted || !win_is_space(*in))) *out++ = *in++;
                continue;
            }
            for (u64 i = 0; i < backslashes / 2; i++) *out++ = '\\';
            if (backslashes % 2) {
                *out++ = '"';
            } else if (quoted && in[1] == '"') {
                *out++ = '"';
                in++;
            } else {
                quoted = !quoted;
            }
            in++;
        }
    }
    *args = NULL;
    return args;
}

INTERNAL const char *const *process_args(void) {
    static const char **args;
    if (args) return args;
    const u16 *line = GetCommandLineW();
    u64 units = 0;
    while (line[units++]) continue;
    /* An argument takes two characters at least, and there are the name and the NULL. */
    args = win_allocate((units / 2 + 2) * sizeof *args);
    win_split_command_line(win_to_utf8(line, units), args);
    return args;
}

/* Names that start with '=' are the working directories of drives. */
INTERNAL const char *const *process_environment(void) {
    static const char **variables;
    if (variables) return variables;
    const u16 *block = GetEnvironmentStringsW();
    u64 units = 0, lines = 0;
    while (block[units]) {
        while (block[units++]) continue;
        lines++;
    }
    char *text = win_to_utf8(block, units + 1);
    u64 count = 0;
    variables = win_allocate((lines + 1) * sizeof *variables);
    for (; *text; text++) {
        if (*text != '=') variables[count++] = text;
        while (*text) text++;
    }
    return variables;
}

INTERNAL u64 process_executable_path(char *buffer, u64 size) {
    u16 wide[1024];
    u32 units = GetModuleFileNameW(NULL, wide, 1024);
    if (units == 0 || units == 1024) return 0;
    i32 room = (i32)size - 1;
    i32 length = WideCharToMultiByte(WIN_UTF8, 0, wide, (i32)units, buffer, room, NULL, NULL);
    if (length <= 0) return 0;
    buffer[length] = 0;
    return (u64)length;
}
