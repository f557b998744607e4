/* fd_advise is taken as the hint it is; an unknown advice is EINVAL. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("data.bin", O_RDONLY));
    for (unsigned advice = 0; advice <= 5; advice++)
        RAW(0, __wasi_fd_advise(fd, 0, 100, (__wasi_advice_t){advice}));
    RAW(EINVAL, __wasi_fd_advise(fd, 0, 100, (__wasi_advice_t){6}));
    return done();
}
