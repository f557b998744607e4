/* A hard link to a symbolic link is that link; with SYMLINK_FOLLOW it is the file.
 * needs: symlinks
 */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_filestat_t status;
    RAW(0, __wasi_path_link(3, 0, "link", 3, "same"));
    RAW(0, __wasi_path_filestat_get(3, 0, "same", &status));
    EQUAL(status.filetype, __WASI_FILETYPE_SYMBOLIC_LINK);
    RAW(0, __wasi_path_link(3, __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, "link", 3, "file"));
    RAW(0, __wasi_path_filestat_get(3, 0, "file", &status));
    EQUAL(status.filetype, __WASI_FILETYPE_REGULAR_FILE);
    EQUAL(status.nlink, 2);
    RAW_EITHER(ENOTCAPABLE, EPERM, __wasi_path_link(3, __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, "escape", 3, "stolen"));
    return done();
}
