/* Copies standard input to standard output in pieces that change their size, and prints errors and the total to standard
 * error.
 */
#include "expect.h"

int main(int argc, char **argv)
{
    static char buffer[70000];
    long total = 0, size;
    for (int i = 0; (size = read(0, buffer, 1 + (i * 7919) % sizeof buffer)) > 0; i++) {
        for (long at = 0; at < size;) {
            long done = write(1, buffer + at, size - at);
            if (done < 0) {
                fprintf(stderr, "write: %s\n", error_name(errno));
                return 1;
            }
            at += done;
        }
        total += size;
    }
    if (size < 0) {
        fprintf(stderr, "read: %s\n", error_name(errno));
        return 1;
    }
    fprintf(stderr, "%ld bytes\n", total);
    return 0;
}
