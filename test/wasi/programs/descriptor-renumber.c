/* fd_renumber moves a descriptor onto another, which is closed. */
#include "expect.h"

int main(int argc, char **argv)
{
    int first = OK(open("hello.txt", O_RDONLY)), second = OK(open("data.bin", O_RDONLY));
    RAW(0, __wasi_fd_renumber(first, second));
    char buffer[5];
    EQUAL(read(second, buffer, 5), 5);
    EQUAL(memcmp(buffer, "Hello", 5), 0);
    FAILS(EBADF, read(first, buffer, 1));
    RAW(EBADF, __wasi_fd_renumber(first, second));
    RAW(EBADF, __wasi_fd_renumber(second, 99));
    EQUAL(read(second, buffer, 5), 5);
    return done();
}
