/* Reading and writing. The slices of a call are all checked before any is touched. */
#include "fds.h"
#include "guest.h"

/* Waits until the file can be read or written, or answers EAGAIN at once if the program asked not
   to wait. */
static u16 io_wait(const struct fd *fd, u32 wanted) {
    if (FILE_WRITE_NEVER_WAITS && wanted == FILE_POLL_WRITE)
        return WASI_SUCCESS;
    return file_wait(fd->file, wanted, !(fd_flags(fd) & WASI_FDFLAG_NONBLOCK));
}

/* A pipe that can be written takes this much without waiting. */
#define PIPE_WRITE_MIN 4096

/* Reads, and waits for it where the host has handed over a stream that does not wait. A pipe that no one has opened to write
   is at its end, and not ready. */
static u16 io_read(const struct fd *fd, struct file_slice *slices, u32 count, u64 *done) {
    u16 error = fd_flags(fd) & WASI_FDFLAG_NONBLOCK ? io_wait(fd, FILE_POLL_READ) : WASI_SUCCESS;
    if (error == WASI_EAGAIN && file_never_waits(fd->file))
        return file_read(fd->file, slices, count, done);
    while (!error && (error = file_read(fd->file, slices, count, done)) == WASI_EAGAIN)
        error = io_wait(fd, FILE_POLL_READ);
    return error;
}

static void io_limit(struct file_slice *slices, u32 *count, u64 limit) {
    for (u32 i = 0; i < *count; i++) {
        if (slices[i].size >= limit) {
            slices[i].size = limit;
            *count = i + 1;
            return;
        }
        limit -= slices[i].size;
    }
}

static u16 io_write(const struct fd *fd, struct file_slice *slices, u32 count, u64 *done) {
    bool append = fd_flags(fd) & WASI_FDFLAG_APPEND;
    u16 error = WASI_SUCCESS;
    if (fd_flags(fd) & WASI_FDFLAG_NONBLOCK) {
        error = io_wait(fd, FILE_POLL_WRITE);
        io_limit(slices, &count, PIPE_WRITE_MIN);
    }
    while (!error && (error = file_write(fd->file, slices, count, append, done)) == WASI_EAGAIN)
        error = io_wait(fd, FILE_POLL_WRITE);
    return error;
}

WASM_API u32 wasi_snapshot_preview1__fd_read(u32 number, u32 iovecs, u32 iovec_count, u32 result) {
    WASI_LOCKED;
    struct file_slice slices[GUEST_SLICES_MAX];
    struct fd_use use;
    struct fd *fd;
    u32 count;
    u64 done;
    u16 error = fd_get(number, WASI_RIGHT_FD_READ, &fd);
    if (!error)
        error = guest_slices(iovecs, iovec_count, 0, slices, &count);
    if (!error && !guest_range(result, sizeof(u32)))
        error = WASI_EFAULT;
    if (error)
        return error;
    fd = fd_use_begin(&use, fd);
    error = io_read(fd, slices, count, &done);
    fd_use_end(&use);
    if (!error)
        guest_put_u32(result, (u32)done);
    return error;
}

WASM_API u32 wasi_snapshot_preview1__fd_write(u32 number, u32 iovecs, u32 iovec_count, u32 result) {
    WASI_LOCKED;
    struct file_slice slices[GUEST_SLICES_MAX];
    struct fd_use use;
    struct fd *fd;
    u32 count;
    u64 done;
    u16 error = fd_get(number, WASI_RIGHT_FD_WRITE, &fd);
    if (!error)
        error = guest_slices(iovecs, iovec_count, 0, slices, &count);
    if (!error && !guest_range(result, sizeof(u32)))
        error = WASI_EFAULT;
    if (error)
        return error;
    fd = fd_use_begin(&use, fd);
    error = io_write(fd, slices, count, &done);
    fd_use_end(&use);
    if (!error)
        guest_put_u32(result, (u32)done);
    return error;
}

/* Has the file those rights? What has no position at all has none of them for that reason. */
static u16 io_check_rights(const struct fd *fd, u64 rights) {
    if (!(rights & ~fd->rights_base))
        return WASI_SUCCESS;
    bool has_position =
        fd->type == WASI_FILETYPE_REGULAR_FILE || fd->type == WASI_FILETYPE_DIRECTORY;
    return has_position ? WASI_ENOTCAPABLE : WASI_ESPIPE;
}

typedef u16 io_positioned(
    file_handle file, const struct file_slice *slices, u32 count, u64 offset, u64 *done);

static u16 io_at(u32 number, u64 rights, io_positioned *transfer, u32 iovecs, u32 iovec_count,
    u64 offset, u32 result) {
    struct file_slice slices[GUEST_SLICES_MAX];
    struct fd_use use;
    struct fd *fd;
    u32 count;
    u64 done;
    u16 error = fd_get(number, 0, &fd);
    if (!error)
        error = io_check_rights(fd, rights);
    if (!error && (i64)offset < 0)
        error = WASI_EINVAL;
    if (!error)
        error = guest_slices(iovecs, iovec_count, 0, slices, &count);
    if (!error && !guest_range(result, sizeof(u32)))
        error = WASI_EFAULT;
    if (error)
        return error;
    fd = fd_use_begin(&use, fd);
    error = transfer(fd->file, slices, count, offset, &done);
    fd_use_end(&use);
    if (!error)
        guest_put_u32(result, (u32)done);
    return error;
}

WASM_API u32 wasi_snapshot_preview1__fd_pread(
    u32 number, u32 iovecs, u32 iovec_count, u64 offset, u32 result) {
    WASI_LOCKED;
    return io_at(number, WASI_RIGHT_FD_READ | WASI_RIGHT_FD_SEEK, file_read_at, iovecs, iovec_count,
        offset, result);
}

WASM_API u32 wasi_snapshot_preview1__fd_pwrite(
    u32 number, u32 iovecs, u32 iovec_count, u64 offset, u32 result) {
    WASI_LOCKED;
    return io_at(number, WASI_RIGHT_FD_WRITE | WASI_RIGHT_FD_SEEK, file_write_at, iovecs,
        iovec_count, offset, result);
}

static u16 io_seek(u32 number, u64 rights, i64 offset, u32 whence, u32 result) {
    struct fd *fd;
    u64 position;
    u16 error = fd_get(number, 0, &fd);
    if (!error)
        error = io_check_rights(fd, rights);
    if (error)
        return error;
    if (whence > WASI_WHENCE_END)
        return WASI_EINVAL;
    error = file_seek(fd->file, offset, whence, &position);
    if (error)
        return error;
    return guest_put_u64(result, position) ? WASI_SUCCESS : WASI_EFAULT;
}

WASM_API u32 wasi_snapshot_preview1__fd_seek(u32 number, u64 offset, u32 whence, u32 result) {
    WASI_LOCKED;
    bool tells = offset == 0 && whence == WASI_WHENCE_CUR;
    return io_seek(number, tells ? WASI_RIGHT_FD_TELL : WASI_RIGHT_FD_SEEK, offset, whence, result);
}

WASM_API u32 wasi_snapshot_preview1__fd_tell(u32 number, u32 result) {
    WASI_LOCKED;
    return io_seek(number, WASI_RIGHT_FD_TELL, 0, WASI_WHENCE_CUR, result);
}
