/* Reading directories on Linux. The kernel's own cookies can be sought to, so one buffer serves all open directories. */
#include "../files.h"

#define SYS_GETDENTS64 LINUX_SYSCALL_NUMBER(217, 61)

struct linux_dirent {
    u64 inode;
    u64 next;
    u16 size;
    u8 type;
    char name[];
};

static struct {
    file_handle directory; /* whose entries these are; 0: no one's */
    u64 first, cookie;     /* of the buffer's first entry, and of the entry at `at` */
    u32 at, size;
    u8 bytes[0x8000] __attribute__((aligned(8)));
} linux_entries;

static const struct linux_dirent *linux_entry(void) {
    return (const struct linux_dirent *)(linux_entries.bytes + linux_entries.at);
}

static void linux_next_entry(void) {
    const struct linux_dirent *entry = linux_entry();
    linux_entries.at += entry->size;
    linux_entries.cookie = entry->next;
}

/* To the entry at `cookie`, in the buffer if it is there: a program goes back by the entry that it got only in part. */
static u16 linux_find_entry(file_handle directory, u64 cookie) {
    u64 position;
    if (linux_entries.directory == directory && cookie != 0) {
        if (linux_entries.cookie == cookie)
            return WASI_SUCCESS;
        linux_entries.at = 0;
        linux_entries.cookie = linux_entries.first;
        while (linux_entries.at < linux_entries.size && linux_entries.cookie != cookie)
            linux_next_entry();
        if (linux_entries.cookie == cookie)
            return WASI_SUCCESS;
    }
    linux_entries.directory = directory;
    linux_entries.first = linux_entries.cookie = cookie;
    linux_entries.at = linux_entries.size = 0;
    return file_seek(directory, (i64)cookie, WASI_WHENCE_SET, &position);
}

static u8 linux_entry_type(u8 type) {
    /* The directory's types are the upper bits of the mode. */
    return linux_type((u32)type << 12);
}

INTERNAL u16 file_read_directory(
    file_handle directory, void **stream, u64 cookie, struct file_entry *entry) {
    (void)stream;
    u16 error = linux_find_entry(directory, cookie);
    if (error)
        return error;
    if (linux_entries.at == linux_entries.size) {
        i64 size = linux_syscall(
            SYS_GETDENTS64, directory, linux_entries.bytes, sizeof linux_entries.bytes);
        linux_entries.first = linux_entries.cookie;
        linux_entries.at = 0;
        linux_entries.size = size < 0 ? 0 : (u32)size;
        /* Removed while it was open: it has no entries. */
        if (linux_error(size) && linux_error(size) != WASI_ENOENT)
            return linux_error(size);
    }
    *entry = (struct file_entry){.name = NULL};
    if (linux_entries.size == 0)
        return WASI_SUCCESS;
    const struct linux_dirent *found = linux_entry();
    entry->next = found->next;
    entry->inode = found->inode;
    entry->type = linux_entry_type(found->type);
    entry->name = found->name;
    while (found->name[entry->name_size])
        entry->name_size++;
    linux_next_entry();
    return WASI_SUCCESS;
}

INTERNAL void file_close_stream(file_handle directory, void *stream) {
    (void)stream;
    if (linux_entries.directory == directory)
        linux_entries.directory = 0;
}
