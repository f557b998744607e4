/* The calls under their older name, wasi_unstable (snapshot 0). All but the last four here are the
   same in preview 1; sock_accept came later. Most programs need none of them, and the linker drops
   what is not imported. */
#include "guest.h"

#define PREVIEW1(name) wasi_snapshot_preview1__##name
#define UNSTABLE(name, parameters, ...)              \
    WASM_API u32 wasi_unstable__##name parameters {  \
        return PREVIEW1(name)(__VA_ARGS__);          \
    }
#define UNSTABLE1(name) UNSTABLE(name, (u32 a), a)
#define UNSTABLE2(name) UNSTABLE(name, (u32 a, u32 b), a, b)
#define UNSTABLE3(name) UNSTABLE(name, (u32 a, u32 b, u32 c), a, b, c)
#define UNSTABLE4(name) UNSTABLE(name, (u32 a, u32 b, u32 c, u32 d), a, b, c, d)
#define UNSTABLE5(name) UNSTABLE(name, (u32 a, u32 b, u32 c, u32 d, u32 e), a, b, c, d, e)
#define UNSTABLE6(name) \
    UNSTABLE(name, (u32 a, u32 b, u32 c, u32 d, u32 e, u32 f), a, b, c, d, e, f)

UNSTABLE2(args_get)
UNSTABLE2(args_sizes_get)
UNSTABLE2(environ_get)
UNSTABLE2(environ_sizes_get)
UNSTABLE2(clock_res_get)
UNSTABLE(clock_time_get, (u32 a, u64 b, u32 c), a, b, c)
UNSTABLE(fd_advise, (u32 a, u64 b, u64 c, u32 d), a, b, c, d)
UNSTABLE(fd_allocate, (u32 a, u64 b, u64 c), a, b, c)
UNSTABLE1(fd_close)
UNSTABLE1(fd_datasync)
UNSTABLE2(fd_fdstat_get)
UNSTABLE2(fd_fdstat_set_flags)
UNSTABLE(fd_fdstat_set_rights, (u32 a, u64 b, u64 c), a, b, c)
UNSTABLE(fd_filestat_set_size, (u32 a, u64 b), a, b)
UNSTABLE(fd_filestat_set_times, (u32 a, u64 b, u64 c, u32 d), a, b, c, d)
UNSTABLE(fd_pread, (u32 a, u32 b, u32 c, u64 d, u32 e), a, b, c, d, e)
UNSTABLE2(fd_prestat_get)
UNSTABLE3(fd_prestat_dir_name)
UNSTABLE(fd_pwrite, (u32 a, u32 b, u32 c, u64 d, u32 e), a, b, c, d, e)
UNSTABLE4(fd_read)
UNSTABLE(fd_readdir, (u32 a, u32 b, u32 c, u64 d, u32 e), a, b, c, d, e)
UNSTABLE2(fd_renumber)
UNSTABLE1(fd_sync)
UNSTABLE2(fd_tell)
UNSTABLE4(fd_write)
UNSTABLE3(path_create_directory)
UNSTABLE(path_filestat_set_times, (u32 a, u32 b, u32 c, u32 d, u64 e, u64 f, u32 g), a, b, c, d, e,
    f, g)
UNSTABLE(path_link, (u32 a, u32 b, u32 c, u32 d, u32 e, u32 f, u32 g), a, b, c, d, e, f, g)
UNSTABLE(path_open, (u32 a, u32 b, u32 c, u32 d, u32 e, u64 f, u64 g, u32 h, u32 i), a, b, c, d, e,
    f, g, h, i)
UNSTABLE6(path_readlink)
UNSTABLE3(path_remove_directory)
UNSTABLE6(path_rename)
UNSTABLE5(path_symlink)
UNSTABLE3(path_unlink_file)
UNSTABLE1(proc_raise)
UNSTABLE(sched_yield, (void))
UNSTABLE2(random_get)
UNSTABLE6(sock_recv)
UNSTABLE5(sock_send)
UNSTABLE2(sock_shutdown)

WASM_API _Noreturn void wasi_unstable__proc_exit(u32 code) {
    PREVIEW1(proc_exit)(code);
}

/* Counts from the present place, the end, the beginning: 0, 1, 2. */
WASM_API u32 wasi_unstable__fd_seek(u32 number, i64 offset, u32 whence, u32 result) {
    static const u8 preview1[] = {WASI_WHENCE_CUR, WASI_WHENCE_END, WASI_WHENCE_SET};
    u32 mapped = whence < sizeof preview1 ? preview1[whence] : whence;
    return PREVIEW1(fd_seek)(number, offset, mapped, result);
}

/* The number of links has 32 bits, behind the type, so that all that follows lies 8 bytes lower. */
struct unstable_filestat {
    u64 device, inode;
    u8 filetype;
    u8 padding[3];
    u32 links;
    u64 size, accessed, modified, changed;
};

_Static_assert(sizeof(struct unstable_filestat) == 56, "filestat");
_Static_assert(offsetof(struct unstable_filestat, links) == 20, "filestat.st_nlink");

static u16 put_unstable_filestat(u32 result, const struct file_status *status) {
    struct unstable_filestat stat = {
        .device = status->device,
        .inode = status->inode,
        .filetype = status->type,
        .links = status->links > 0xffffffff ? 0xffffffff : (u32)status->links,
        .size = status->size,
        .accessed = status->accessed,
        .modified = status->modified,
        .changed = status->changed,
    };
    return guest_put(result, &stat) ? WASI_SUCCESS : WASI_EFAULT;
}

WASM_API u32 wasi_unstable__fd_filestat_get(u32 number, u32 result) {
    WASI_LOCKED;
    struct file_status status;
    u16 error = fd_get_status(number, &status);
    return error ? error : put_unstable_filestat(result, &status);
}

WASM_API u32 wasi_unstable__path_filestat_get(
    u32 number, u32 lookup, u32 path, u32 path_size, u32 result) {
    WASI_LOCKED;
    struct file_status status;
    u16 error = path_get_status(number, lookup, path, path_size, &status);
    return error ? error : put_unstable_filestat(result, &status);
}

/* A clock's subscription has a number of its own before the clock's. */
WASM_API u32 wasi_unstable__poll_oneoff(u32 subscriptions, u32 events, u32 count, u32 result) {
    WASI_LOCKED;
    return poll_all(subscriptions, events, count, result, sizeof(u64));
}
