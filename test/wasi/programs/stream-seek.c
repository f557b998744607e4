/* A pipe cannot be sought: ESPIPE. */
#include "expect.h"

int main(int argc, char **argv)
{
    FAILS(ESPIPE, lseek(0, 0, SEEK_SET));
    FAILS(ESPIPE, lseek(1, 0, SEEK_CUR));
    char byte = 0;
    FAILS(ESPIPE, pread(0, &byte, 1, 0));
    FAILS(ESPIPE, pwrite(1, &byte, 1, 0));
    /* Nor after the program has asked what it is. */
    __wasi_fdstat_t status;
    RAW(0, __wasi_fd_fdstat_get(0, &status));
    FAILS(ESPIPE, lseek(0, 0, SEEK_SET));
    FAILS(ESPIPE, pread(0, &byte, 1, 0));
    return done();
}
