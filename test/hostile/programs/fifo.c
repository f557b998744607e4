/* A named pipe that no one has opened to write: read without waiting, it is at its end. With a writer there is nothing yet, then
 * what was written, and the end when the writer is gone.
 */
#include "expect.h"

int main(int argc, char **argv)
{
    char buffer[16];
    int reader = OK(open("fifo", O_RDONLY | O_NONBLOCK));
    EQUAL(read(reader, buffer, sizeof buffer), 0);
    EQUAL(read(reader, buffer, sizeof buffer), 0);
    int writer = OK(open("fifo", O_WRONLY | O_NONBLOCK));
    FAILS(EAGAIN, read(reader, buffer, sizeof buffer));
    EQUAL(write(writer, "abc", 3), 3);
    EQUAL(read(reader, buffer, sizeof buffer), 3);
    FAILS(EAGAIN, read(reader, buffer, sizeof buffer));
    OK(close(writer));
    EQUAL(read(reader, buffer, sizeof buffer), 0);
    return done();
}
