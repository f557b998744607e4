/* Without LOOKUP_SYMLINK_FOLLOW a link at the end of a path is not followed: ELOOP.
 * needs: symlinks
 */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_fd_t fd;
    RAW(ELOOP, __wasi_path_open(3, 0, "link", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
    RAW_EITHER(ELOOP, ENOTDIR, __wasi_path_open(3, 0, "dirlink", __WASI_OFLAGS_DIRECTORY, 0, 0, 0, &fd));
    FAILS(ELOOP, open("link", O_RDONLY | O_NOFOLLOW));
    __wasi_filestat_t status;
    RAW(0, __wasi_path_filestat_get(3, 0, "link", &status));
    EQUAL(status.filetype, __WASI_FILETYPE_SYMBOLIC_LINK);
    RAW(0, __wasi_path_filestat_get(3, __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, "link", &status));
    EQUAL(status.filetype, __WASI_FILETYPE_REGULAR_FILE);
    return done();
}
