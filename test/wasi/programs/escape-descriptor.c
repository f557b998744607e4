/* ".." from an opened directory is refused too, though it would stay in the grant: it was opened alone. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_fd_t fd;
    __wasi_filestat_t status;
    int nested = OK(open("dir/nested", O_RDONLY | O_DIRECTORY));
    RAW_EITHER(ENOTCAPABLE, EPERM, __wasi_path_open(nested, 0, "../a.txt", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
    RAW_EITHER(ENOTCAPABLE, EPERM, __wasi_path_filestat_get(nested, 0, "..", &status));
    RAW_EITHER(ENOTCAPABLE, EPERM, __wasi_path_rename(nested, "deep.txt", nested, "../deep.txt"));
    RAW(0, __wasi_path_filestat_get(nested, 0, "deep.txt", &status));
    return done();
}
