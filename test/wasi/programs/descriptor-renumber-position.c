/* A renumbered file keeps its position, flags and rights. */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_fdstat_t before, after;
    int fd = OK(open("hello.txt", O_RDWR | O_APPEND)), other = OK(open("data.bin", O_RDONLY));
    OK(lseek(fd, 7, SEEK_SET));
    RAW(0, __wasi_fd_fdstat_get(fd, &before));
    RAW(0, __wasi_fd_renumber(fd, other));
    RAW(0, __wasi_fd_fdstat_get(other, &after));
    EQUAL(after.fs_flags, before.fs_flags);
    EQUAL(after.fs_rights_base, before.fs_rights_base);
    EQUAL(lseek(other, 0, SEEK_CUR), 7);
    EQUAL(write(other, "more\n", 5), 5);
    HOLDS("hello.txt", "Hello, file!\nmore\n");
    return done();
}
