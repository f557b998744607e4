/* Embedded files are always ready; many can be open at a time.
 * grants: embed
 */
#include "expect.h"
#include <poll.h>

int main(int argc, char **argv)
{
    struct pollfd polls[301];
    char path[32], digits[4] = "";
    for (int i = 0; i < 300; i++) {
        snprintf(path, sizeof path, "/share/many/%03d", i);
        polls[i] = (struct pollfd){.fd = OK(open(path, O_RDONLY)), .events = POLLIN};
    }
    polls[300] = (struct pollfd){.fd = 0, .events = POLLIN};
    TRUE(poll(polls, 301, 60000) >= 300);
    for (int i = 299; i >= 0; i--) {
        TRUE(polls[i].revents & POLLIN);
        snprintf(path, sizeof path, "%03d", i);
        EQUAL(read(polls[i].fd, digits, 3), 3);
        TRUE(strcmp(digits, path) == 0);
        OK(close(polls[i].fd));
    }
    return done();
}
