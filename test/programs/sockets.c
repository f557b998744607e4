/* What the calls for sockets answer when they cannot do what they are asked, on a granted address and a connection to it. */
#include "../wasi/programs/expect.h"
#include <sys/socket.h>

#define LISTENER 3

static void expect_no_position(int fd)
{
    uint8_t byte;
    const __wasi_iovec_t in = {&byte, 1};
    const __wasi_ciovec_t out = {&byte, 1};
    __wasi_filesize_t position;
    __wasi_size_t size;
    RAW(ESPIPE, __wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &position));
    RAW(ESPIPE, __wasi_fd_tell(fd, &position));
    RAW(ESPIPE, __wasi_fd_pread(fd, &in, 1, 0, &size));
    RAW(ESPIPE, __wasi_fd_pwrite(fd, &out, 1, 0, &size));
}

static void expect_socket(int fd)
{
    __wasi_fdstat_t status;
    __wasi_filestat_t file;
    RAW(0, __wasi_fd_fdstat_get(fd, &status));
    EQUAL(status.fs_filetype, __WASI_FILETYPE_SOCKET_STREAM);
    RAW(0, __wasi_fd_filestat_get(fd, &file));
    EQUAL(file.filetype, __WASI_FILETYPE_SOCKET_STREAM);
    expect_no_position(fd);
}

int main(int argc, char **argv)
{
    uint8_t bytes[8];
    const __wasi_iovec_t in = {bytes, sizeof bytes};
    const __wasi_ciovec_t out = {bytes, sizeof bytes};
    __wasi_roflags_t flags;
    __wasi_size_t size;
    __wasi_fd_t connection, second;

    __wasi_prestat_t prestat;
    RAW(0, __wasi_fd_prestat_get(LISTENER, &prestat));
    TRUE(prestat.tag != __WASI_PREOPENTYPE_DIR);
    RAW(ENOTDIR, __wasi_fd_prestat_dir_name(LISTENER, bytes, sizeof bytes));
    expect_socket(LISTENER);
    RAW_EITHER(ENOTCONN, EINVAL, __wasi_sock_recv(LISTENER, &in, 1, 0, &size, &flags));
    TRUE(__wasi_sock_send(LISTENER, &out, 1, 0, &size) != 0);
    RAW(EINVAL, __wasi_sock_accept(LISTENER, __WASI_FDFLAGS_APPEND, &connection));
    RAW(EINVAL, __wasi_sock_accept(LISTENER, 1 << 5, &connection));
    RAW(0, __wasi_fd_fdstat_set_flags(LISTENER, __WASI_FDFLAGS_NONBLOCK));
    RAW(EAGAIN, __wasi_sock_accept(LISTENER, 0, &connection));
    RAW(0, __wasi_fd_fdstat_set_flags(LISTENER, 0));

    printf("connect\n");
    fflush(stdout);
    RAW(0, __wasi_sock_accept(LISTENER, 0, &connection));
    expect_socket(connection);
    RAW(EBADF, __wasi_fd_prestat_get(connection, &prestat));
    RAW(EINVAL, __wasi_sock_accept(connection, 0, &second));
    RAW(EINVAL, __wasi_sock_recv(connection, &in, 1, 1 << 2, &size, &flags));
    RAW(EINVAL, __wasi_sock_send(connection, &out, 1, 1, &size));
    RAW(EINVAL, __wasi_sock_shutdown(connection, 0));
    RAW(EINVAL, __wasi_sock_shutdown(connection, 1 << 2));
    RAW(0, __wasi_fd_fdstat_set_flags(connection, __WASI_FDFLAGS_NONBLOCK));
    RAW(EAGAIN, __wasi_sock_recv(connection, &in, 1, 0, &size, &flags));
    RAW(EAGAIN, __wasi_sock_recv(connection, &in, 1, __WASI_RIFLAGS_RECV_PEEK, &size, &flags));
    RAW(EAGAIN, __wasi_sock_recv(connection, &in, 1, __WASI_RIFLAGS_RECV_WAITALL, &size, &flags));
    RAW(EAGAIN, __wasi_fd_read(connection, &in, 1, &size));
    RAW(0, __wasi_fd_fdstat_set_flags(connection, 0));
    RAW(0, __wasi_sock_shutdown(connection, __WASI_SDFLAGS_WR));
    RAW(EPIPE, __wasi_sock_send(connection, &out, 1, 0, &size));
    RAW(EPIPE, __wasi_fd_write(connection, &out, 1, &size));
    /* The other side ends when it sees our end. */
    RAW(0, __wasi_sock_recv(connection, &in, 1, 0, &size, &flags));
    EQUAL(size, 0);

    __wasi_rights_t shown = __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE;
    RAW(0, __wasi_fd_fdstat_set_rights(connection, 0, 0));
    RAW(ENOTCAPABLE, __wasi_sock_recv(connection, &in, 1, 0, &size, &flags));
    RAW(ENOTCAPABLE, __wasi_sock_send(connection, &out, 1, 0, &size));
    RAW(ENOTCAPABLE, __wasi_sock_shutdown(connection, __WASI_SDFLAGS_RD));
    RAW(0, __wasi_fd_fdstat_set_rights(LISTENER, shown, 0));
    RAW(ENOTCAPABLE, __wasi_sock_accept(LISTENER, 0, &second));
    RAW(0, __wasi_fd_close(connection));
    RAW(EBADF, __wasi_sock_recv(connection, &in, 1, 0, &size, &flags));
    RAW(EBADF, __wasi_sock_send(connection, &out, 1, 0, &size));
    RAW(EBADF, __wasi_sock_shutdown(connection, __WASI_SDFLAGS_RD));
    printf("end\n");
    return done();
}
