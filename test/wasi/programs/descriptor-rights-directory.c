/* Each right that a directory gives up takes away its call, and no other. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_filestat_t status;
    __wasi_fdstat_t rights;
    __wasi_fd_t fd;
    int dir = OK(open("/dir", O_RDONLY | O_DIRECTORY));
    RAW(0, __wasi_fd_fdstat_get(dir, &rights));
    const __wasi_rights_t gone = __WASI_RIGHTS_PATH_CREATE_DIRECTORY | __WASI_RIGHTS_PATH_RENAME_SOURCE |
                                 __WASI_RIGHTS_PATH_FILESTAT_GET;
    RAW(0, __wasi_fd_fdstat_set_rights(dir, rights.fs_rights_base & ~gone, rights.fs_rights_inheriting));
    RAW(ENOTCAPABLE, __wasi_path_create_directory(dir, "new"));
    RAW(ENOTCAPABLE, __wasi_path_rename(dir, "a.txt", dir, "b.txt"));
    RAW(ENOTCAPABLE, __wasi_path_filestat_get(dir, 0, "a.txt", &status));
    RAW(0, __wasi_path_rename(3, "hello.txt", dir, "hello.txt"));
    RAW(0, __wasi_path_open(dir, 0, "hello.txt", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
    RAW(0, __wasi_path_unlink_file(dir, "hello.txt"));
    return done();
}
