__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_exit"))) void proc_exit(int);

volatile char text[] = "banana";

__attribute__((noinline)) static int count(volatile const char *text, char wanted)
{
    int found = 0;
    for (; *text; text++)
        if (*text == wanted)
            found++;
    return found;
}

void _start(void)
{
    int total = count(text, 'a');
    proc_exit(total);
}
