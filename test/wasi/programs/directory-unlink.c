/* unlink does not remove directories: EISDIR (or EPERM, which POSIX asks for). */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_fd_t root = 3;
    RAW_EITHER(EISDIR, EPERM, __wasi_path_unlink_file(root, "dir"));
    RAW_EITHER(EISDIR, EPERM, __wasi_path_unlink_file(root, "empty"));
    RAW(ENOTDIR, __wasi_path_remove_directory(root, "hello.txt"));
    struct stat status;
    OK(stat("empty", &status));
    return done();
}
