/* Runs a macOS executable on Linux, for tests: `macho FILE ARGS…`.
 * Maps the segments of a Mach-O file away from their preferred address, rebases, binds the imports of
 * libSystem to the functions of darwin.c and calls main. Format: <mach-o/loader.h> and dyld's documentation. */
#include "darwin.h"

#if defined(__x86_64__)
#define CPU_TYPE 0x01000007
#else
#define CPU_TYPE 0x0100000c
#endif

enum { MH_MAGIC_64 = 0xfeedfacf, MH_EXECUTE = 2, MH_PIE = 0x200000, MH_HAS_TLV_DESCRIPTORS = 0x800000 };
enum {
    LC_SEGMENT_64 = 0x19, LC_LOAD_DYLIB = 0xc, LC_DYLD_INFO = 0x22, LC_DYLD_INFO_ONLY = 0x80000022,
    LC_MAIN = 0x80000028, LC_DYLD_CHAINED_FIXUPS = 0x80000034,
};

struct mach_header { u32 magic, cpu_type, cpu_subtype, file_type, command_count, command_bytes, flags, reserved; };
struct load_command { u32 kind, size; };
struct segment_command {
    u32 kind, size;
    char name[16];
    u64 address, memory_size, file_offset, file_size;
    u32 max_protection, protection, section_count, flags;
};
struct section {
    char name[16], segment[16];
    u64 address, size;
    u32 file_offset, align, relocations, relocation_count, flags, reserved[3];
};
/* Kinds of sections: initial values of thread-local variables, and those that begin as zero. */
enum { THREAD_LOCAL_REGULAR = 0x11, THREAD_LOCAL_ZEROFILL = 0x12 };
struct dyld_info_command {
    u32 kind, size;
    u32 rebase_offset, rebase_size, bind_offset, bind_size, weak_bind_offset, weak_bind_size;
    u32 lazy_bind_offset, lazy_bind_size, export_offset, export_size;
};
struct main_command { u32 kind, size; u64 entry_offset, stack_size; };

struct image {
    const u8 *file;
    size_t file_size;
    u64 slide;
    u64 text; /* address of the segment that starts with the header, slid */
    struct segment_command segments[16];
    u32 segment_count;
    u64 variables, variables_end; /* what thread-local variables begin with, not slid */
};

static const char *const library = "libSystem";

static u64 read_uleb(const u8 **at)
{
    u64 value = 0;
    for (u32 shift = 0;; shift += 7) {
        u8 byte = *(*at)++;
        value |= (u64)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
}

static i64 read_sleb(const u8 **at)
{
    i64 value = 0;
    u32 shift = 0;
    u8 byte;
    do {
        byte = *(*at)++;
        value |= (i64)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte >= 0x80);
    return shift < 64 && (byte & 0x40) ? value | -((i64)1 << shift) : value;
}

static u64 *slot(const struct image *image, u32 segment, u64 offset)
{
    if (segment >= image->segment_count || offset + 8 > image->segments[segment].memory_size)
        die("a rebase or bind entry lies outside its segment", NULL);
    return (u64 *)(image->segments[segment].address + image->slide + offset);
}

static void rebase(const struct image *image, const u8 *at, const u8 *end)
{
    u32 segment = 0;
    u64 offset = 0, count = 0, skip = 0;
    while (at < end) {
        u8 byte = *at++, low = byte & 0x0f;
        count = 0, skip = 0;
        switch (byte & 0xf0) {
        case 0x00: return;                                                  /* done */
        case 0x10: break;                                                   /* type: always a pointer */
        case 0x20: segment = low, offset = read_uleb(&at); break;           /* segment and offset */
        case 0x30: offset += read_uleb(&at); break;                         /* add */
        case 0x40: offset += (u64)low * 8; break;                           /* add scaled */
        case 0x50: count = low; break;                                      /* rebase n times */
        case 0x60: count = read_uleb(&at); break;                           /* the same, larger */
        case 0x70: count = 1, skip = read_uleb(&at); break;                 /* rebase and add */
        case 0x80: count = read_uleb(&at), skip = read_uleb(&at); break;    /* rebase n times, skipping */
        default: die("unknown rebase opcode", NULL);
        }
        for (; count > 0; count--, offset += 8 + skip)
            *slot(image, segment, offset) += image->slide;
    }
}

/* Regular, weak and lazy bindings share one language; in a lazy table "done" only separates entries. */
static void bind(const struct image *image, const u8 *at, const u8 *end, bool lazy)
{
    const char *name = "";
    u32 segment = 0;
    u64 offset = 0, count, skip;
    i64 addend = 0;
    while (at < end) {
        u8 byte = *at++, low = byte & 0x0f;
        count = 0, skip = 0;
        switch (byte & 0xf0) {
        case 0x00:
            if (!lazy)
                return;
            break;
        case 0x10: case 0x30: case 0x50: break;      /* library by number, special library, type */
        case 0x20: read_uleb(&at); break;            /* library by number, larger */
        case 0x40: name = (const char *)at, at += strlen(name) + 1; break;
        case 0x60: addend = read_sleb(&at); break;
        case 0x70: segment = low, offset = read_uleb(&at); break;
        case 0x80: offset += read_uleb(&at); break;
        case 0x90: count = 1; break;
        case 0xa0: count = 1, skip = read_uleb(&at); break;
        case 0xb0: count = 1, skip = (u64)low * 8; break;
        case 0xc0: count = read_uleb(&at), skip = read_uleb(&at); break;
        default: die("unknown bind opcode", NULL);
        }
        for (; count > 0; count--, offset += 8 + skip) {
            void *target = darwin_symbol(name);
            if (target == NULL)
                target = missing_import(library, name);
            *slot(image, segment, offset) = (u64)target + (u64)addend;
        }
    }
}

static void find_variables(struct image *image, const struct segment_command *segment)
{
    const struct section *sections = (const struct section *)(segment + 1);
    for (u32 i = 0; i < segment->section_count; i++) {
        u32 kind = sections[i].flags & 0xff;
        u64 start = sections[i].address, end = start + sections[i].size;
        if (kind != THREAD_LOCAL_REGULAR && kind != THREAD_LOCAL_ZEROFILL)
            continue;
        if (image->variables == 0 || start < image->variables)
            image->variables = start;
        image->variables_end = end > image->variables_end ? end : image->variables_end;
    }
}

static void map_segments(struct image *image)
{
    const u64 window = (u64)4 << 30;
    u64 low = UINT64_MAX, high = 0;
    for (u32 i = 0; i < image->segment_count; i++) {
        const struct segment_command *segment = &image->segments[i];
        if (same(segment->name, "__PAGEZERO"))
            continue;
        low = segment->address < low ? segment->address : low;
        high = segment->address + segment->memory_size > high ? segment->address + segment->memory_size : high;
    }
    if (high <= low || high - low > window)
        die("the segments span more than 4 GiB", NULL);
    /* Not at the preferred address: a missing rebase shall fail here as it would under ASLR. */
    u64 base = (u64)map_pages((void *)0x104000000, high - low, PROT_NONE);
    image->slide = base - low;
    for (u32 i = 0; i < image->segment_count; i++) {
        const struct segment_command *segment = &image->segments[i];
        if (same(segment->name, "__PAGEZERO") || segment->memory_size == 0)
            continue;
        if (segment->file_offset + segment->file_size > image->file_size)
            die("segment ", segment->name, " lies outside the file", NULL);
        void *target = (void *)(segment->address + image->slide);
        SYSCALL(SYS_mprotect, target, segment->memory_size, PROT_READ | PROT_WRITE);
        memcpy(target, image->file + segment->file_offset, segment->file_size);
        if (segment->file_offset == 0 && segment->file_size > 0)
            image->text = (u64)target;
    }
}

static void protect_segments(const struct image *image)
{
    for (u32 i = 0; i < image->segment_count; i++) {
        const struct segment_command *segment = &image->segments[i];
        if (!same(segment->name, "__PAGEZERO") && segment->memory_size > 0)
            SYSCALL(SYS_mprotect, segment->address + image->slide, segment->memory_size, segment->protection & 7);
    }
}

int loader_main(int argc, char **argv, char **envp)
{
    if (argc < 2)
        die("usage: macho FILE [ARGS]", NULL);
    static struct image image;
    image.file = read_whole_file(argv[1], &image.file_size);
    if (image.file == NULL)
        die("cannot read ", argv[1], NULL);
    const struct mach_header *header = (const struct mach_header *)image.file;
    if (image.file_size < sizeof *header || header->magic != MH_MAGIC_64 || header->cpu_type != CPU_TYPE)
        die(argv[1], " is not a Mach-O file for this machine", NULL);
    if (header->file_type != MH_EXECUTE || !(header->flags & MH_PIE))
        die(argv[1], " is not a position-independent executable, which macOS asks for", NULL);

    const struct dyld_info_command *info = NULL;
    const struct main_command *entry = NULL;
    const u8 *command_at = image.file + sizeof *header;
    for (u32 i = 0; i < header->command_count; i++) {
        const struct load_command *command = (const struct load_command *)command_at;
        switch (command->kind) {
        case LC_SEGMENT_64:
            if (image.segment_count == 16)
                die("too many segments", NULL);
            image.segments[image.segment_count++] = *(const struct segment_command *)command;
            find_variables(&image, (const struct segment_command *)command);
            break;
        case LC_DYLD_INFO:
        case LC_DYLD_INFO_ONLY: info = (const struct dyld_info_command *)command; break;
        case LC_DYLD_CHAINED_FIXUPS: die("chained fixups are not supported by this loader", NULL);
        case LC_MAIN: entry = (const struct main_command *)command; break;
        case LC_LOAD_DYLIB: {
            const char *name = (const char *)command_at + *(const u32 *)(command_at + 8);
            if (!same(name, "/usr/lib/libSystem.B.dylib"))
                die("the program needs ", name, "; only libSystem is expected", NULL);
            break;
        }
        }
        command_at += command->size;
    }
    if (entry == NULL)
        die("the file has no LC_MAIN", NULL);

    if (image.variables_end != 0 && !(header->flags & MH_HAS_TLV_DESCRIPTORS))
        die(argv[1], " has thread-local variables that dyld would not look for", NULL);
    map_segments(&image);
    if (info != NULL) {
        rebase(&image, image.file + info->rebase_offset, image.file + info->rebase_offset + info->rebase_size);
        bind(&image, image.file + info->bind_offset, image.file + info->bind_offset + info->bind_size, false);
        bind(&image, image.file + info->weak_bind_offset, image.file + info->weak_bind_offset + info->weak_bind_size,
             false);
        bind(&image, image.file + info->lazy_bind_offset, image.file + info->lazy_bind_offset + info->lazy_bind_size,
             true);
    }
    protect_segments(&image);

    darwin_start_threads((const u8 *)(image.variables + image.slide), image.variables_end - image.variables);
    darwin_start(argv[1], envp);
    static char *apple[] = {NULL, NULL};
    apple[0] = argv[1];
    int (*program_main)(int, char **, char **, char **) =
        (int (*)(int, char **, char **, char **))(image.text + entry->entry_offset);
    return program_main(argc - 1, argv + 1, envp, apple);
}
