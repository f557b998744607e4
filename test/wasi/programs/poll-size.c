/* The event of a file tells how much is left to read. */
#include "expect.h"

int main(int argc, char **argv)
{
    int fd = OK(open("hello.txt", O_RDONLY));
    __wasi_subscription_t wish = {.userdata = 1, .u = {.tag = __WASI_EVENTTYPE_FD_READ, .u.fd_read = {.file_descriptor = fd}}};
    __wasi_event_t event;
    __wasi_size_t count = 0;
    OK(lseek(fd, 7, SEEK_SET));
    RAW(0, __wasi_poll_oneoff(&wish, &event, 1, &count));
    EQUAL(count, 1);
    EQUAL(event.fd_readwrite.nbytes, 6);
    return done();
}
