/* Reading directories on Windows: each stream has a handle of its own, opened anew at each
   beginning, for a handle's place cannot be set, and a buffer of entries. */
#include "../files.h"
#include "errno.h"

#define WIN_NO_ENTRY (~0ull)

struct win_stream {
    win_handle handle;
    u8 entries[0xfff8];
};

static const struct nt_entry *win_entry(const struct file_stream *stream, u64 place) {
    const struct win_stream *state = stream->state;
    return (const struct nt_entry *)(state->entries + place);
}

/* To before the first entry. */
static u16 win_begin_entries(file_handle directory, struct file_stream *stream) {
    struct win_stream *state = stream->state;
    win_handle handle;
    u16 error = nt_open(directory, ".", NT_READ_DATA, NT_OPEN, NT_DIRECTORY_FILE, &handle);
    if (error)
        return error;
    if (!state) {
        state = VirtualAlloc(
            NULL, sizeof *state, WIN_MEM_RESERVE | WIN_MEM_COMMIT, WIN_PAGE_READWRITE);
    } else {
        CloseHandle(state->handle);
    }
    if (!state) {
        CloseHandle(handle);
        return WASI_ENOMEM;
    }
    state->handle = handle;
    *stream = (struct file_stream){.next_place = WIN_NO_ENTRY, .state = state};
    return WASI_SUCCESS;
}

/* Fills the buffer with the next entries; next_place stays WIN_NO_ENTRY when there are no more. */
static u16 win_fill_entries(struct file_stream *stream) {
    struct win_stream *state = stream->state;
    struct nt_status_block status;
    u32 result = NtQueryDirectoryFile(state->handle, NULL, NULL, NULL, &status, state->entries,
        sizeof state->entries, NT_ENTRY_INFORMATION, 0, NULL, 0);
    if (result == NT_NO_MORE_FILES || result == NT_NO_SUCH_FILE)
        return WASI_SUCCESS;
    if (!nt_error(result))
        stream->next_place = 0;
    return nt_error(result);
}

static void win_give_entry(const struct nt_entry *found, struct file_entry *entry) {
    static char name[WIN_NAME_MAX * 3 + 1];
    u32 units = found->name_size / 2;
    entry->inode = found->inode;
    entry->name = name;
    entry->name_size =
        win_from_utf16(found->name, units < WIN_NAME_MAX ? units : WIN_NAME_MAX, name);
    entry->type = nt_is_link(found->attributes, found->tag) ? WASI_FILETYPE_SYMBOLIC_LINK
                  : found->attributes & NT_ATTRIBUTE_DIRECTORY ? WASI_FILETYPE_DIRECTORY
                                                               : WASI_FILETYPE_REGULAR_FILE;
}

INTERNAL u16 file_read_directory(
    file_handle directory, struct file_stream *stream, u64 cookie, struct file_entry *entry) {
    u16 error = WASI_SUCCESS;
    *entry = (struct file_entry){.name = NULL};
    if (cookie && cookie + 1 == stream->next) {
        win_give_entry(win_entry(stream, stream->last_place), entry);
        return WASI_SUCCESS;
    }
    if (!stream->state || cookie == 0 || cookie < stream->next)
        error = win_begin_entries(directory, stream);
    while (!error) {
        if (stream->next_place == WIN_NO_ENTRY)
            error = win_fill_entries(stream);
        if (error || stream->next_place == WIN_NO_ENTRY)
            break;
        const struct nt_entry *found = win_entry(stream, stream->next_place);
        stream->last_place = stream->next_place;
        stream->next_place = found->next ? stream->next_place + found->next : WIN_NO_ENTRY;
        if (stream->next++ == cookie) {
            win_give_entry(found, entry);
            break;
        }
    }
    /* Removed while it was open: it has no entries. */
    return error == WASI_ENOENT ? WASI_SUCCESS : error;
}

INTERNAL void file_close_stream(file_handle directory, struct file_stream *stream) {
    struct win_stream *state = stream->state;
    (void)directory;
    if (!state)
        return;
    CloseHandle(state->handle);
    VirtualFree(state, 0, 0x8000 /* release */);
}
