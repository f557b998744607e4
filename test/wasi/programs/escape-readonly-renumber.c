/* A read-only grant stays one under another number. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_fd_t fd;
    RAW(0, __wasi_fd_renumber(4, 3));
    RAW_EITHER(EROFS, ENOTCAPABLE, __wasi_path_create_directory(3, "made"));
    RAW_EITHER(EROFS, ENOTCAPABLE, __wasi_path_open(3, 0, "note.txt", 0, __WASI_RIGHTS_FD_WRITE, 0, 0, &fd));
    RAW_EITHER(EROFS, ENOTCAPABLE, __wasi_path_unlink_file(3, "note.txt"));
    RAW(0, __wasi_path_open(3, 0, "note.txt", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
    return done();
}
