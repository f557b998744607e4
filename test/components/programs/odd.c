/* What ordinary programs of WASI 0.2 meet that is out of the ordinary. The first argument says which. */
#include "wasi.h"

#define FILES(name) IMPORT("filesystem/types", "[method]descriptor." name)
struct pair {
    struct bytes name, value;
};
struct preopen {
    u32 descriptor;
    struct bytes name;
};
/* result<option<directory-entry>, error-code> */
struct entry {
    u8 failed, padding0[3];
    union {
        struct {
            u8 some, padding1[3], type, padding2[3];
            struct bytes name;
        };
        u8 error;
    };
};
void get_environment(struct list *) IMPORT("cli/environment", "get-environment");
u32 get_stdin(void) IMPORT("cli/stdin", "get-stdin");
void get_directories(struct list *) IMPORT("filesystem/preopens", "get-directories");
void read_directory(u32, struct result *) FILES("read-directory");
void read_link(u32, const char *, u32, struct result *) FILES("readlink-at");
void open_at(u32, u32, const char *, u32, u32, u32, struct result *) FILES("open-at");
void write_via_stream(u32, u64, struct result *) FILES("write-via-stream");
void read_entry(u32, struct entry *) IMPORT("filesystem/types", "[method]directory-entry-stream.read-directory-entry");
u64 now(void) IMPORT("clocks/monotonic-clock", "now");
u32 subscribe_duration(u64) IMPORT("clocks/monotonic-clock", "subscribe-duration");

static bool is(struct bytes text, const char *word) {
    u32 size = length(word);
    for (u32 i = 0; i < size && i < text.size; i++)
        if (text.at[i] != (u8)word[i])
            return false;
    return text.size == size;
}

static void line(const char *what, struct bytes text) {
    print(what);
    print_bytes(text.at, text.size);
    print("\n");
}

static void failure(const char *what, u32 error) {
    print(what);
    print("error ");
    print_number(error);
    print("\n");
}

static u32 root(void) {
    struct list list;
    get_directories(&list);
    return ((struct preopen *)list.at)->descriptor;
}

/* Arguments, variables, names and targets of links, whatever bytes they are. */
static void texts(const struct list *arguments) {
    struct list list;
    struct result result;
    struct entry entry;
    u32 directory = root();
    for (u32 i = 2; i < arguments->count; i++)
        line("argument ", ((struct bytes *)arguments->at)[i]);
    get_environment(&list);
    for (u32 i = 0; i < list.count; i++)
        line("variable ", ((struct pair *)list.at)[i].value);
    read_link(directory, "link", 4, &result);
    if (result.failed)
        failure("link: ", result.error);
    else
        line("link: ", result.bytes);
    read_directory(directory, &result);
    const u32 entries = result.values[0];
    do {
        read_entry(entries, &entry);
        if (entry.failed)
            failure("entry: ", entry.error);
        else if (entry.some)
            line("entry: ", entry.name);
    } while (entry.failed || entry.some);
}

/* A pipe that is opened to be written is at its end when nobody reads it any more. */
static void pipe(void) {
    struct result result;
    static u8 bytes[4096];
    open_at(root(), 0, "pipe", 4, 0, 2 /* write */, &result);
    if (result.failed) {
        failure("open: ", result.error);
        return;
    }
    write_via_stream(result.values[0], 0, &result);
    const u32 stream = result.values[0];
    do
        write_and_flush(stream, bytes, sizeof bytes, &result);
    while (!result.failed);
    print("nobody reads\n");
}

enum { COUNT = 10000, FIRST = 7001 };

/* Times by the thousand, all of one descriptor, and both together. */
static void waits(void) {
    static u32 pollables[COUNT];
    struct list ready;
    const u32 in = get_stdin();
    const u64 start = now();
    for (u32 i = 0; i < COUNT; i++)
        pollables[i] = subscribe_duration(i == FIRST ? 50000000 : 3600000000000);
    poll(pollables, COUNT, &ready);
    print_number(ready.count);
    print(" is over: ");
    print_number(*(u32 *)ready.at);
    print_line(", ", now() - start < 50000000 ? "too early" : "in time");
    struct result result;
    blocking_read(in, 1, &result);
    for (u32 part = 1; part <= 2; part++) {
        for (u32 i = 0; i < COUNT / 2 * part; i++)
            pollables[i] = input_subscribe(in);
        poll(pollables, COUNT, &ready);
        print_number(ready.count);
        print(" are over\n");
    }
}

__attribute__((export_name("wasi:cli/run@0.2.12#run"))) u32 run(void) {
    struct list arguments;
    out = get_stdout();
    get_arguments(&arguments);
    const struct bytes what = ((struct bytes *)arguments.at)[1];
    if (is(what, "texts"))
        texts(&arguments);
    else if (is(what, "pipe"))
        pipe();
    else
        waits();
    return 0;
}
