/* A pointer outside of memory: EFAULT, and nothing happens to the host. */
#include "expect.h"

int main(int argc, char **argv)
{
    uint8_t *const outside = (uint8_t *)0xfffffff0;
    static uint8_t buffer[16];
    __wasi_ciovec_t beyond = {outside, 64}, wraps = {buffer, 0xffffffff};
    __wasi_iovec_t into = {outside, 64};
    __wasi_size_t size;
    __wasi_fd_t fd;
    RAW(EFAULT, __wasi_fd_write(1, &beyond, 1, &size));
    RAW(EFAULT, __wasi_fd_write(1, &wraps, 1, &size));
    RAW(EFAULT, __wasi_fd_write(1, (const __wasi_ciovec_t *)outside, 4, &size));
    RAW(EFAULT, __wasi_fd_write(1, &beyond, 0x20000000, &size));
    int file = OK(open("hello.txt", O_RDONLY));
    RAW(EFAULT, __wasi_fd_read(file, &into, 1, &size));
    RAW(EFAULT, __wasi_random_get(outside, 64));
    RAW(EFAULT, __wasi_clock_time_get(__WASI_CLOCKID_REALTIME, 0, (__wasi_timestamp_t *)0xfffffffc));
    RAW(EFAULT, __wasi_fd_filestat_get(file, (__wasi_filestat_t *)outside));
    RAW(EFAULT, __wasi_fd_fdstat_get(file, (__wasi_fdstat_t *)outside));
    RAW(EFAULT, __wasi_fd_prestat_get(3, (__wasi_prestat_t *)0xfffffffc));
    RAW(EFAULT, __wasi_environ_sizes_get((__wasi_size_t *)0xfffffffe, &size));
    RAW(EFAULT, __wasi_fd_readdir(3, outside, 64, 0, &size));
    RAW(EFAULT, __wasi_path_open(3, 0, "hello.txt", 0, __WASI_RIGHTS_FD_READ, 0, 0, (__wasi_fd_t *)0xfffffffd));
    (void)fd;
    return done();
}
