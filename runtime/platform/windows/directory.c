/* Reading directories on Windows: each open one keeps a buffer of entries, for the handle's place cannot be set. */
#include "../files.h"
#include "errno.h"

#define WIN_ENTRIES_SIZE 0x10000
#define WIN_NO_ENTRY (~0ull)

static const struct nt_entry *win_entry(const struct file_stream *stream, u64 place) {
    return (const struct nt_entry *)((const u8 *)stream->state + place);
}

/* Fills the buffer with the next entries, or the first ones; next_place stays WIN_NO_ENTRY when there are no more. */
static u16 win_fill_entries(file_handle directory, struct file_stream *stream, bool restart) {
    struct nt_status_block status;
    u32 result = NtQueryDirectoryFile(win_file(directory), NULL, NULL, NULL, &status, stream->state,
        WIN_ENTRIES_SIZE, NT_ENTRY_INFORMATION, 0, NULL, restart);
    stream->next_place = WIN_NO_ENTRY;
    if (result == NT_NO_MORE_FILES || result == NT_NO_SUCH_FILE)
        return WASI_SUCCESS;
    if (nt_error(result))
        return nt_error(result);
    stream->next_place = 0;
    return WASI_SUCCESS;
}

static void win_give_entry(const struct nt_entry *found, struct file_entry *entry) {
    static char name[WIN_NAME_MAX * 3 + 1];
    u32 units = found->name_size / 2;
    entry->inode = found->inode;
    entry->name = name;
    entry->name_size = win_from_utf16(found->name, units < WIN_NAME_MAX ? units : WIN_NAME_MAX, name);
    entry->type = nt_is_link(found->attributes, found->tag) ? WASI_FILETYPE_SYMBOLIC_LINK
                  : found->attributes & NT_ATTRIBUTE_DIRECTORY ? WASI_FILETYPE_DIRECTORY
                                                               : WASI_FILETYPE_REGULAR_FILE;
}

INTERNAL u16 file_read_directory(
    file_handle directory, struct file_stream *stream, u64 cookie, struct file_entry *entry) {
    *entry = (struct file_entry){.name = NULL};
    if (!stream->state) {
        stream->state = VirtualAlloc(
            NULL, WIN_ENTRIES_SIZE, WIN_MEM_RESERVE | WIN_MEM_COMMIT, WIN_PAGE_READWRITE);
        if (!stream->state)
            return WASI_ENOMEM;
    }
    if (cookie && cookie + 1 == stream->next) {
        win_give_entry(win_entry(stream, stream->last_place), entry);
        return WASI_SUCCESS;
    }
    bool restart = cookie == 0 || cookie < stream->next;
    if (restart)
        stream->next = 0;
    for (;;) {
        if (restart || stream->next_place == WIN_NO_ENTRY) {
            u16 error = win_fill_entries(directory, stream, restart);
            restart = false;
            if (error || stream->next_place == WIN_NO_ENTRY)
                return error;
        }
        const struct nt_entry *found = win_entry(stream, stream->next_place);
        stream->last_place = stream->next_place;
        stream->next_place = found->next ? stream->next_place + found->next : WIN_NO_ENTRY;
        if (stream->next++ == cookie) {
            win_give_entry(found, entry);
            return WASI_SUCCESS;
        }
    }
}

INTERNAL void file_close_stream(file_handle directory, struct file_stream *stream) {
    (void)directory;
    if (stream->state)
        VirtualFree(stream->state, 0, 0x8000 /* release */);
}
