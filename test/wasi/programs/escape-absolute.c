/* An absolute path in a raw call is not the host's. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_fd_t fd;
    __wasi_filestat_t status;
    RAW_EITHER(ENOTCAPABLE, EPERM, __wasi_path_open(3, 0, "/etc/passwd", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
    RAW_EITHER(ENOTCAPABLE, EPERM, __wasi_path_open(3, 0, "/", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
    RAW_EITHER(ENOTCAPABLE, EPERM, __wasi_path_filestat_get(3, 0, "/etc/passwd", &status));
    RAW_EITHER(ENOTCAPABLE, EPERM, __wasi_path_create_directory(3, "/tmp/planted"));
    return done();
}
