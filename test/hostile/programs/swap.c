/* Puts what stands at the first path to the second and back, through a third, until its input ends.
 * args: ["root/place", "outside/link"]
 */
#include "expect.h"
#include <poll.h>

int main(int argc, char **argv)
{
    struct pollfd input = {.fd = 0, .events = POLLIN};
    long swaps = 0;
    while (poll(&input, 1, 0) == 0) {
        for (int i = 0; i < 100; i++, swaps++) {
            if (argc == 3) {
                OK(rename(argv[1], "parked"));
                OK(rename(argv[2], argv[1]));
                OK(rename("parked", argv[2]));
            } else {
                OK(rename(argv[1], "parked"));
                OK(rename("parked", argv[1]));
            }
        }
        if (failures)
            return 1;
        if (swaps == 100) {
            printf("swapping\n");
            fflush(stdout);
        }
    }
    return done();
}
