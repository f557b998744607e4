/* Reading directories on Linux. The kernel's own places can be sought to, so one buffer serves all
   open directories. */
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
    u64 first, place;      /* of the buffer's first entry, and of the entry at `at` */
    u32 at, size;
    u8 bytes[0x8000] __attribute__((aligned(8)));
} linux_entries;

static const struct linux_dirent *linux_entry(void) {
    return (const struct linux_dirent *)(linux_entries.bytes + linux_entries.at);
}

static void linux_next_entry(void) {
    const struct linux_dirent *entry = linux_entry();
    linux_entries.at += entry->size;
    linux_entries.place = entry->next;
}

/* To the entry at `place`: mostly it is in the buffer. */
static u16 linux_find_entry(file_handle directory, u64 place) {
    u64 position;
    if (linux_entries.directory == directory && place != 0) {
        if (linux_entries.place == place)
            return WASI_SUCCESS;
        linux_entries.at = 0;
        linux_entries.place = linux_entries.first;
        while (linux_entries.at < linux_entries.size && linux_entries.place != place)
            linux_next_entry();
        if (linux_entries.place == place)
            return WASI_SUCCESS;
    }
    linux_entries.directory = directory;
    linux_entries.first = linux_entries.place = place;
    linux_entries.at = linux_entries.size = 0;
    return file_seek(directory, (i64)place, WASI_WHENCE_SET, &position);
}

static u16 linux_fill_entries(void) {
    i64 size = linux_syscall(SYS_GETDENTS64, linux_entries.directory, linux_entries.bytes,
        sizeof linux_entries.bytes);
    u16 error = linux_error(size);
    linux_entries.first = linux_entries.place;
    linux_entries.at = 0;
    linux_entries.size = error ? 0 : (u32)size;
    /* Removed while it was open: it has no entries. */
    return error == WASI_ENOENT ? WASI_SUCCESS : error;
}

static u8 linux_entry_type(u8 type) {
    /* The directory's types are the upper bits of the mode. */
    return linux_type((u32)type << 12);
}

/* The entry that comes next in the stream. */
static u16 linux_read_entry(
    file_handle directory, struct file_stream *stream, struct file_entry *entry) {
    u16 error = linux_find_entry(directory, stream->next_place);
    if (!error && linux_entries.at == linux_entries.size)
        error = linux_fill_entries();
    if (error)
        return error;
    *entry = (struct file_entry){.name = NULL};
    if (linux_entries.size == 0)
        return WASI_SUCCESS;
    const struct linux_dirent *found = linux_entry();
    entry->inode = found->inode;
    entry->type = linux_entry_type(found->type);
    entry->name = found->name;
    while (found->name[entry->name_size])
        entry->name_size++;
    linux_next_entry();
    stream->last_place = stream->next_place;
    stream->next_place = found->next;
    stream->next++;
    return WASI_SUCCESS;
}

INTERNAL u16 file_read_directory(
    file_handle directory, struct file_stream *stream, u64 cookie, struct file_entry *entry) {
    if (cookie && cookie + 1 == stream->next) {
        stream->next--;
        stream->next_place = stream->last_place;
    } else if (cookie == 0 || cookie < stream->next) {
        stream->next = stream->next_place = 0;
    }
    for (;;) {
        bool wanted = stream->next == cookie;
        u16 error = linux_read_entry(directory, stream, entry);
        if (error || wanted || !entry->name)
            return error;
    }
}

INTERNAL void file_close_stream(file_handle directory, struct file_stream *stream) {
    (void)stream;
    if (linux_entries.directory == directory)
        linux_entries.directory = 0;
}
