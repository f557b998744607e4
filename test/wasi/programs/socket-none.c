/* Socket calls on what is no socket: ENOTSOCK, on nothing: EBADF. */
#include "expect.h"

int main(int argc, char **argv)
{
    static uint8_t buffer[16];
    __wasi_iovec_t in = {buffer, 16};
    __wasi_ciovec_t out = {buffer, 16};
    __wasi_size_t size;
    __wasi_roflags_t flags;
    __wasi_fd_t fd;
    int file = OK(open("hello.txt", O_RDONLY));
    RAW_EITHER(ENOTSOCK, ENOTCAPABLE, __wasi_sock_recv(file, &in, 1, 0, &size, &flags));
    RAW_EITHER(ENOTSOCK, ENOTCAPABLE, __wasi_sock_send(file, &out, 1, 0, &size));
    RAW_EITHER(ENOTSOCK, ENOTCAPABLE, __wasi_sock_shutdown(file, __WASI_SDFLAGS_RD));
    RAW(EBADF, __wasi_sock_accept(99, 0, &fd));
    RAW(EBADF, __wasi_sock_recv(99, &in, 1, 0, &size, &flags));
    return done();
}
