/* Each call on a descriptor is ENOTCAPABLE without the right that the specification names, and has no effect. */
#include "expect.h"

#define ALL ((__wasi_rights_t)0x3fffffff)

/* The file or directory with every right that it can have but that one. */
static __wasi_fd_t without(__wasi_rights_t right, const char *path, __wasi_oflags_t flags)
{
    __wasi_fd_t fd;
    __wasi_fdstat_t status;
    __wasi_rights_t inheriting = __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE;
    RAW(0, __wasi_path_open(3, 0, path, flags, ALL & ~((__wasi_rights_t)3 << 28), inheriting, 0, &fd));
    RAW(0, __wasi_fd_fdstat_get(fd, &status));
    RAW(0, __wasi_fd_fdstat_set_rights(fd, status.fs_rights_base & ~right, status.fs_rights_inheriting));
    return fd;
}

#define FILE_CALL(right, call) CALL(__WASI_RIGHTS_##right, "hello.txt", 0, call)
#define DIR_CALL(right, call) CALL(__WASI_RIGHTS_##right, "dir", __WASI_OFLAGS_DIRECTORY, call)
#define CALL(right, path, flags, call)          \
    do {                                        \
        fd = without(right, path, flags);       \
        RAW(ENOTCAPABLE, call);                 \
        RAW(0, __wasi_fd_close(fd));            \
    } while (0)

int main(int argc, char **argv)
{
    static uint8_t buffer[256];
    const __wasi_iovec_t in = {buffer, sizeof buffer};
    const __wasi_ciovec_t out = {(const uint8_t *)"x", 1};
    __wasi_filestat_t status;
    __wasi_filesize_t position;
    __wasi_size_t size;
    __wasi_fd_t fd, opened;

    FILE_CALL(FD_ADVISE, __wasi_fd_advise(fd, 0, 1, __WASI_ADVICE_NORMAL));
    FILE_CALL(FD_ALLOCATE, __wasi_fd_allocate(fd, 0, 100));
    FILE_CALL(FD_DATASYNC, __wasi_fd_datasync(fd));
    FILE_CALL(FD_FDSTAT_SET_FLAGS, __wasi_fd_fdstat_set_flags(fd, __WASI_FDFLAGS_APPEND));
    FILE_CALL(FD_FILESTAT_GET, __wasi_fd_filestat_get(fd, &status));
    FILE_CALL(FD_FILESTAT_SET_SIZE, __wasi_fd_filestat_set_size(fd, 0));
    FILE_CALL(FD_FILESTAT_SET_TIMES, __wasi_fd_filestat_set_times(fd, 1, 1, __WASI_FSTFLAGS_MTIM));
    FILE_CALL(FD_READ, __wasi_fd_pread(fd, &in, 1, 0, &size));
    FILE_CALL(FD_SEEK, __wasi_fd_pread(fd, &in, 1, 0, &size));
    FILE_CALL(FD_WRITE, __wasi_fd_pwrite(fd, &out, 1, 0, &size));
    FILE_CALL(FD_SEEK, __wasi_fd_pwrite(fd, &out, 1, 0, &size));
    FILE_CALL(FD_READ, __wasi_fd_read(fd, &in, 1, &size));
    FILE_CALL(FD_SEEK, __wasi_fd_seek(fd, 1, __WASI_WHENCE_SET, &position));
    FILE_CALL(FD_SYNC, __wasi_fd_sync(fd));
    FILE_CALL(FD_TELL, __wasi_fd_tell(fd, &position));
    FILE_CALL(FD_WRITE, __wasi_fd_write(fd, &out, 1, &size));

    DIR_CALL(FD_READDIR, __wasi_fd_readdir(fd, buffer, sizeof buffer, 0, &size));
    DIR_CALL(PATH_CREATE_DIRECTORY, __wasi_path_create_directory(fd, "new"));
    DIR_CALL(PATH_FILESTAT_GET, __wasi_path_filestat_get(fd, 0, "a.txt", &status));
    DIR_CALL(PATH_FILESTAT_SET_TIMES, __wasi_path_filestat_set_times(fd, 0, "a.txt", 1, 1, __WASI_FSTFLAGS_MTIM));
    DIR_CALL(PATH_LINK_SOURCE, __wasi_path_link(fd, 0, "a.txt", 3, "new"));
    DIR_CALL(PATH_LINK_TARGET, __wasi_path_link(3, 0, "hello.txt", fd, "new"));
    DIR_CALL(PATH_OPEN, __wasi_path_open(fd, 0, "a.txt", 0, __WASI_RIGHTS_FD_READ, 0, 0, &opened));
    DIR_CALL(PATH_CREATE_FILE, __wasi_path_open(fd, 0, "new", __WASI_OFLAGS_CREAT, __WASI_RIGHTS_FD_READ, 0, 0, &opened));
    DIR_CALL(PATH_FILESTAT_SET_SIZE, __wasi_path_open(fd, 0, "a.txt", __WASI_OFLAGS_TRUNC, __WASI_RIGHTS_FD_WRITE, 0, 0, &opened));
    DIR_CALL(PATH_READLINK, __wasi_path_readlink(fd, "a.txt", buffer, sizeof buffer, &size));
    DIR_CALL(PATH_REMOVE_DIRECTORY, __wasi_path_remove_directory(fd, "nested"));
    DIR_CALL(PATH_RENAME_SOURCE, __wasi_path_rename(fd, "a.txt", 3, "new"));
    DIR_CALL(PATH_RENAME_TARGET, __wasi_path_rename(3, "hello.txt", fd, "new"));
    DIR_CALL(PATH_SYMLINK, __wasi_path_symlink("a.txt", fd, "new"));
    DIR_CALL(PATH_UNLINK_FILE, __wasi_path_unlink_file(fd, "a.txt"));

    /* An event has the error of its own subscription. */
    fd = without(__WASI_RIGHTS_POLL_FD_READWRITE, "hello.txt", 0);
    __wasi_subscription_t wish = {.u = {.tag = __WASI_EVENTTYPE_FD_READ, .u.fd_read = {.file_descriptor = fd}}};
    __wasi_event_t event;
    RAW(0, __wasi_poll_oneoff(&wish, &event, 1, &size));
    EQUAL(size, 1);
    EQUAL(event.error, ENOTCAPABLE);

    HOLDS("hello.txt", "Hello, file!\n");
    HOLDS("dir/a.txt", "a\n");
    FAILS(ENOENT, access("dir/new", F_OK));
    FAILS(ENOENT, access("new", F_OK));
    return done();
}
