/* fd_readdir: as many entries as fit, the last one cut off if need be, which tells the program to
   come again. */
#include "fds.h"
#include "guest.h"

/* Appends to the guest's buffer what fits. */
static u32 dir_append(struct guest_bytes *buffer, u32 size, u32 used, const void *data, u32 data_size) {
    u32 room = size - used;
    u32 taken = data_size < room ? data_size : room;
    guest_bytes_write(guest_bytes_at(buffer, used), data, taken);
    return used + taken;
}

/* What lies above a granted directory is not the program's to know: ".." has the number of the
   directory itself. */
static u64 dir_inode(const struct fd *fd, const struct file_entry *entry) {
    struct file_status status;
    bool above = entry->name_size == 2 && entry->name[0] == '.' && entry->name[1] == '.';
    if (!above)
        return entry->inode;
    return file_status(fd->file, &status) ? 0 : status.inode;
}

WASM_API u32 wasi_snapshot_preview1__fd_readdir(
    u32 number, u32 buffer, u32 size, u64 cookie, u32 result) {
    WASI_LOCKED;
    struct file_entry entry;
    struct fd *fd;
    u32 used = 0;
    u16 error = fd_get_directory(number, WASI_RIGHT_FD_READDIR, &fd);
    struct guest_bytes *to = guest_range(buffer, size);
    if (error)
        return error;
    if (!to || !guest_range(result, sizeof(u32)))
        return WASI_EFAULT;
    /* Behind the last cookie there is nothing: the number after it would begin anew. */
    while (used < size && cookie != ~0ull) {
        error = file_read_directory(fd->file, &fd->stream, cookie, &entry);
        if (error)
            return error;
        if (!entry.name)
            break;
        struct wasi_dirent dirent = {
            .next = ++cookie,
            .inode = dir_inode(fd, &entry),
            .name_size = entry.name_size,
            .filetype = entry.type,
        };
        used = dir_append(to, size, used, &dirent, sizeof dirent);
        used = dir_append(to, size, used, entry.name, entry.name_size);
    }
    guest_put_u32(result, used);
    return WASI_SUCCESS;
}
