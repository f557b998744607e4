/* The filesystem of WASI 0.3: what each call gives, in lines. */
#include <stdbool.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef int64_t i64;
typedef uint64_t u64;

#define FROM(interface, name) __attribute__((import_module("wasi:" interface "@0.3.0"), import_name(name)))
#define FILES "filesystem/types"
#define METHOD "[method]descriptor."

struct bytes {
    const char *at;
    u32 size;
};

/* result<_, error-code> and what is no larger. */
struct result {
    u8 failed;
    union {
        u32 handle, error;
        struct bytes text;
        u8 flags, type;
        u8 room[16];
    };
};
struct stat {
    u8 failed;
    union {
        u32 error;
        u8 type;
        u64 words[13];
    } __attribute__((aligned(8)));
};
struct hash {
    u8 failed;
    u64 halves[2];
};
struct entry {
    u32 type, room[3];
    struct bytes name;
};
struct streams {
    u32 stream, result;
};

FROM("cli/stdout", "write-via-stream") u32 stdout_begin(u32 stream);
FROM("cli/stdout", "[stream-new-0]write-via-stream") u64 stdout_new(void);
FROM("cli/stdout", "[stream-write-0]write-via-stream") u32 stdout_write(u32 stream, const void *at, u32 size);
FROM("cli/stdout", "[stream-drop-writable-0]write-via-stream") void stdout_end(u32 stream);
FROM("cli/stdout", "[future-read-1]write-via-stream") u32 stdout_result(u32 future, void *result);

FROM("filesystem/preopens", "get-directories") void get_directories(void *list);
FROM(FILES, METHOD "open-at") void open_at(u32, u32, const char *, u32, u32, u32, struct result *);
FROM(FILES, METHOD "get-flags") void get_flags(u32, struct result *);
FROM(FILES, METHOD "get-type") void get_type(u32, struct result *);
FROM(FILES, METHOD "set-size") void set_size(u32, u64, struct result *);
FROM(FILES, METHOD "set-times") void set_times(u32, u32, i64, u32, u32, i64, u32, struct result *);
FROM(FILES, METHOD "stat") void stat_of(u32, struct stat *);
FROM(FILES, METHOD "stat-at") void stat_at(u32, u32, const char *, u32, struct stat *);
FROM(FILES, METHOD "sync") void sync_all(u32, struct result *);
FROM(FILES, METHOD "create-directory-at") void create_directory(u32, const char *, u32, struct result *);
FROM(FILES, METHOD "remove-directory-at") void remove_directory(u32, const char *, u32, struct result *);
FROM(FILES, METHOD "unlink-file-at") void unlink_file(u32, const char *, u32, struct result *);
FROM(FILES, METHOD "rename-at") void rename_at(u32, const char *, u32, u32, const char *, u32, struct result *);
FROM(FILES, METHOD "readlink-at") void readlink_at(u32, const char *, u32, struct result *);
FROM(FILES, METHOD "is-same-object") bool is_same(u32, u32);
FROM(FILES, METHOD "metadata-hash") void hash_of(u32, struct hash *);
FROM(FILES, METHOD "metadata-hash-at") void hash_at(u32, u32, const char *, u32, struct hash *);
FROM(FILES, METHOD "read-via-stream") void read_from(u32, u64, struct streams *);
FROM(FILES, "[stream-read-0]" METHOD "read-via-stream") u32 read_some(u32, void *, u32);
FROM(FILES, "[stream-drop-readable-0]" METHOD "read-via-stream") void read_end(u32);
FROM(FILES, "[future-read-1]" METHOD "read-via-stream") u32 read_result(u32, struct result *);
FROM(FILES, METHOD "write-via-stream") u32 write_to(u32, u32, u64);
FROM(FILES, "[stream-new-0]" METHOD "write-via-stream") u64 write_new(void);
FROM(FILES, "[stream-write-0]" METHOD "write-via-stream") u32 write_some(u32, const void *, u32);
FROM(FILES, "[stream-drop-writable-0]" METHOD "write-via-stream") void write_end(u32);
FROM(FILES, "[future-read-1]" METHOD "write-via-stream") u32 write_result(u32, struct result *);
FROM(FILES, METHOD "append-via-stream") u32 append_to(u32, u32);
FROM(FILES, METHOD "read-directory") void read_directory(u32, struct streams *);
FROM(FILES, "[stream-read-0]" METHOD "read-directory") u32 read_entries(u32, struct entry *, u32);
FROM(FILES, "[future-read-1]" METHOD "read-directory") u32 entries_result(u32, struct result *);
FROM(FILES, "[resource-drop]descriptor") void drop(u32);

static u8 heap[1 << 16];
static u32 heap_used;

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, u32 old_size, u32 alignment, u32 size) {
    (void)old, (void)old_size;
    heap_used = (heap_used + alignment - 1) & -alignment;
    if (size > sizeof heap - heap_used)
        __builtin_trap();
    heap_used += size;
    return heap + heap_used - size;
}

static u32 length(const char *text) {
    u32 size = 0;
    while (text[size])
        size++;
    return size;
}
#define TEXT(text) text, length(text)

static u32 out;

static void print_bytes(const char *at, u32 size) {
    while (size) {
        u32 done = stdout_write(out, at, size) >> 4;
        at += done;
        size -= done;
    }
}
static void print(const char *text) {
    print_bytes(TEXT(text));
}
static void print_number(u64 number) {
    char digits[20];
    u32 at = sizeof digits;
    do
        digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    print_bytes(digits + at, sizeof digits - at);
}
static void told(const char *what, u8 failed, u32 value) {
    print(what);
    print(failed ? ": error " : ": ");
    print_number(value);
    print("\n");
}
static void outcome(const char *what, const struct result *result) {
    told(what, result->failed, result->failed ? result->error & 255 : 0);
}

enum { FOLLOW = 1, CREATE = 1, EXCLUSIVE = 4, READ = 1, WRITE = 2 };

static u32 open(u32 root, const char *path, u32 open_flags, u32 flags) {
    struct result result;
    open_at(root, FOLLOW, TEXT(path), open_flags, flags, &result);
    if (!result.failed)
        return result.handle;
    print(path);
    outcome("", &result);
    return 0;
}

/* @param offset where, or at the end */
static void write(u32 file, const char *text, i64 offset) {
    struct result result;
    u64 ends = write_new();
    u32 writable = (u32)(ends >> 32), size = length(text);
    u32 future = offset < 0 ? append_to(file, (u32)ends) : write_to(file, (u32)ends, (u64)offset);
    while (size) {
        u32 status = write_some(writable, text, size);
        text += status >> 4;
        size -= status >> 4;
        if (status & 15)
            break;
    }
    write_end(writable);
    write_result(future, &result);
    outcome(offset < 0 ? "append" : "write", &result);
}

static void print_file(u32 file, u64 offset) {
    struct streams from;
    struct result result;
    read_from(file, offset, &from);
    for (;;) {
        char buffer[7];
        u32 status = read_some(from.stream, buffer, sizeof buffer);
        print_bytes(buffer, status >> 4);
        if (status & 15)
            break;
    }
    read_end(from.stream);
    read_result(from.result, &result);
    outcome("read", &result);
}

static void list(u32 directory) {
    struct streams from;
    struct result result;
    read_directory(directory, &from);
    for (;;) {
        struct entry entry;
        u32 status = read_entries(from.stream, &entry, 1);
        if (status >> 4) {
            print_bytes(entry.name.at, entry.name.size);
            told("", 0, entry.type & 255);
        }
        if (status & 15)
            break;
    }
    entries_result(from.result, &result);
    outcome("list", &result);
}

static void all(void) {
    struct {
        struct {
            u32 directory;
            struct bytes name;
        } *at;
        u32 count;
    } roots;
    struct result result;
    struct stat stat;
    get_directories(&roots);
    told("directories", 0, roots.count);
    u32 root = roots.at[0].directory;
    print_bytes(roots.at[0].name.at, roots.at[0].name.size);
    get_type(root, &result);
    told(" type", result.failed, result.type);

    u32 file = open(root, "a.txt", CREATE | EXCLUSIVE, READ | WRITE);
    open(root, "a.txt", CREATE | EXCLUSIVE, READ);
    open(root, "missing", 0, READ);
    open(root, "../out", 0, READ);
    write(file, "hello, files\n", 0);
    write(file, "and more\n", -1);
    write(file, "H", 0);
    print_file(file, 0);
    print_file(file, 7);
    print_file(file, 1000);
    get_flags(file, &result);
    told("flags", result.failed, result.flags);
    stat_of(file, &stat);
    told("type", stat.failed, stat.type);
    told("size", 0, (u32)stat.words[3]);
    set_size(file, 5, &result);
    outcome("set-size", &result);
    set_times(file, 2, 1000, 7, 2, 2000, 9, &result);
    outcome("set-times", &result);
    stat_at(root, 0, TEXT("a.txt"), &stat);
    told("size", stat.failed, (u32)stat.words[3]);
    told("accessed", 0, (u32)stat.words[5]);
    told("modified", 0, (u32)stat.words[8]);
    set_times(file, 2, -1, 0, 0, 0, 0, &result);
    outcome("before 1970", &result);
    sync_all(file, &result);
    outcome("sync", &result);

    u32 twin = open(root, "a.txt", 0, READ);
    told("same", 0, is_same(file, twin));
    told("same", 0, is_same(file, root));
    struct hash first, second;
    hash_of(file, &first);
    hash_at(root, FOLLOW, TEXT("a.txt"), &second);
    told("hash", first.failed | second.failed, first.halves[0] == second.halves[0] && first.halves[1] == second.halves[1]);
    drop(twin);
    create_directory(root, TEXT("b"), &result);
    outcome("create-directory", &result);
    rename_at(root, TEXT("a.txt"), root, TEXT("b/c.txt"), &result);
    outcome("rename", &result);
    u32 directory = open(root, "b", 2, READ), same = open(directory, "c.txt", 0, READ);
    list(directory);
    list(same);
    print_file(directory, 0);
    write(same, "not allowed", 0);
    readlink_at(directory, TEXT("c.txt"), &result);
    outcome("readlink", &result);
    remove_directory(root, TEXT("b"), &result);
    outcome("remove-directory", &result);
    unlink_file(directory, TEXT("c.txt"), &result);
    outcome("unlink", &result);
    drop(same);
    drop(file);
    drop(directory);
    remove_directory(root, TEXT("b"), &result);
    outcome("remove-directory", &result);
}

__attribute__((export_name("wasi:cli/run@0.3.0#run"))) u32 run(void) {
    u64 ends = stdout_new();
    u8 result[2];
    out = (u32)(ends >> 32);
    u32 done = stdout_begin((u32)ends);
    all();
    stdout_end(out);
    stdout_result(done, result);
    return result[0];
}
