/* A link has a type and a size of its own, in stat and in the list of the directory.
 * needs: symlinks
 */
#include "expect.h"
#include <dirent.h>

int main(int argc, char **argv)
{
    __wasi_filestat_t status;
    struct dirent *entry;
    int links = 0;
    RAW(0, __wasi_path_filestat_get(3, 0, "link", &status));
    EQUAL(status.filetype, __WASI_FILETYPE_SYMBOLIC_LINK);
    EQUAL(status.size, strlen("hello.txt"));
    RAW(0, __wasi_path_filestat_get(3, __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, "link", &status));
    EQUAL(status.filetype, __WASI_FILETYPE_REGULAR_FILE);
    EQUAL(status.size, 13);
    DIR *directory = opendir("/");
    while ((entry = readdir(directory)) != NULL)
        links += entry->d_type == DT_LNK;
    EQUAL(links, 7);
    return done();
}
