/* Runs a Windows executable on Linux, for tests: `pe FILE ARGS…`.
 * Maps the sections of a PE32+ file, applies its base relocations, binds its imports to the functions of
 * windows-*.c and calls the entry point on a stack of the size it asks for. Format: Microsoft's "PE Format". */
#include "windows.h"

#if defined(__x86_64__)
#define MACHINE 0x8664
#else
#define MACHINE 0xaa64
#endif

struct coff_header {
    u32 signature;
    u16 machine, section_count;
    u32 time, symbols, symbol_count;
    u16 optional_size, flags;
};
struct data_directory { u32 address, size; };
struct optional_header {
    u16 magic, linker_version;
    u32 code_size, data_size, bss_size, entry, code_base;
    u64 image_base;
    u32 section_alignment, file_alignment;
    u16 versions[6];
    u32 reserved, image_size, header_size, checksum;
    u16 subsystem, dll_flags;
    u64 stack_reserve, stack_commit, heap_reserve, heap_commit;
    u32 loader_flags, directory_count;
    struct data_directory directories[16];
};
struct section_header {
    char name[8];
    u32 memory_size, address, file_size, file_offset, relocations, lines;
    u16 relocation_count, line_count;
    u32 flags;
};
struct import_descriptor { u32 lookup, time, forwarder, library, table; };
enum { DIRECTORY_IMPORT = 1, DIRECTORY_RELOCATION = 5, DIRECTORY_TLS = 9, DYNAMIC_BASE = 0x40 };

static u8 *base;

static void relocate(const struct data_directory *directory, u64 delta)
{
    for (u32 at = directory->address; delta != 0 && at < directory->address + directory->size;) {
        const u32 *block = (const u32 *)(base + at);
        const u16 *entries = (const u16 *)(block + 2);
        for (u32 i = 0; i < (block[1] - 8) / 2; i++) {
            u64 *slot = (u64 *)(base + block[0] + (entries[i] & 0xfff));
            if (entries[i] >> 12 == 10)
                *slot += delta;
            else if (entries[i] >> 12 != 0)
                die("a base relocation of an unknown kind", NULL);
        }
        at += block[1];
    }
}

static void bind(const struct data_directory *directory)
{
    if (directory->size == 0)
        return;
    for (const struct import_descriptor *library = (const struct import_descriptor *)(base + directory->address);
         library->library != 0; library++) {
        const char *library_name = (const char *)(base + library->library);
        const u64 *lookup = (const u64 *)(base + (library->lookup != 0 ? library->lookup : library->table));
        u64 *table = (u64 *)(base + library->table);
        for (; *lookup != 0; lookup++, table++) {
            if (*lookup >> 63)
                die("an import by number of ", library_name, NULL);
            const char *name = (const char *)(base + (u32)*lookup + 2);
            void *address = windows_symbol(name);
            *table = (u64)(address != NULL ? address : missing_import(library_name, name));
        }
    }
}

static void map_sections(const u8 *file, size_t file_size, const struct coff_header *coff,
                         const struct optional_header *optional)
{
    /* Not at the preferred address: a missing relocation shall fail here as it would under ASLR. */
    base = map_pages((void *)(optional->image_base + 0x40000000), optional->image_size, PROT_READ | PROT_WRITE);
    memcpy(base, file, optional->header_size);
    const struct section_header *sections =
        (const struct section_header *)((const u8 *)optional + coff->optional_size);
    for (u32 i = 0; i < coff->section_count; i++) {
        const struct section_header *section = &sections[i];
        u32 size = section->file_size < section->memory_size ? section->file_size : section->memory_size;
        if (section->file_offset + (u64)size > file_size || section->address + (u64)size > optional->image_size)
            die("a section lies outside of the file or the image", NULL);
        memcpy(base + section->address, file + section->file_offset, size);
    }
    relocate(&optional->directories[DIRECTORY_RELOCATION], (u64)base - optional->image_base);
    bind(&optional->directories[DIRECTORY_IMPORT]);
    for (u32 i = 0; i < coff->section_count; i++) {
        u32 flags = sections[i].flags;
        int protection = (flags >> 30 & 1 ? PROT_READ : 0) | (flags >> 31 & 1 ? PROT_WRITE : 0) |
                         (flags >> 29 & 1 ? PROT_EXEC : 0);
        SYSCALL(SYS_mprotect, base + sections[i].address, (sections[i].memory_size + 4095u) & ~4095u, protection);
    }
}

/* On the thread's own stack; 4 KiB above are left to it. */
static void enter(u8 *top, void *entry)
{
#if defined(__x86_64__)
    __asm__ volatile("mov %0, %%rsp\n sub $32, %%rsp\n xor %%ebp, %%ebp\n call *%1\n hlt" ::"r"(top), "r"(entry)
                     : "memory");
#else
    __asm__ volatile("mov sp, %0\n mov x29, xzr\n blr %1\n brk #0" ::"r"(top), "r"(entry) : "memory", "x30");
#endif
    __builtin_unreachable();
}

int loader_main(int argc, char **argv, char **envp)
{
    if (argc < 2)
        die("usage: pe FILE [ARGS]", NULL);
    size_t file_size;
    const u8 *file = read_whole_file(argv[1], &file_size);
    if (file == NULL)
        die("cannot read ", argv[1], NULL);
    if (file_size < 0x400 || file[0] != 'M' || file[1] != 'Z')
        die(argv[1], " is not a Windows executable", NULL);
    const struct coff_header *coff = (const struct coff_header *)(file + *(const u32 *)(file + 0x3c));
    const struct optional_header *optional = (const struct optional_header *)(coff + 1);
    if (coff->signature != 0x4550 || coff->machine != MACHINE || optional->magic != 0x20b)
        die(argv[1], " is not a PE32+ file for this machine", NULL);
    if (!(optional->dll_flags & DYNAMIC_BASE))
        die(argv[1], " cannot be moved in memory, which Windows on arm64 asks for", NULL);

    map_sections(file, file_size, coff, optional);
    windows_start(argc - 1, argv + 1, envp);
    const struct data_directory *tls = &optional->directories[DIRECTORY_TLS];
    u8 *top = windows_start_threads(tls->size != 0 ? base + tls->address : NULL, optional->stack_reserve);
    enter(top - 4096, base + optional->entry);
    return 0;
}
