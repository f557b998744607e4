/* Standard input is read to its end, whatever its bytes.
 * stdin: "first\nsecond\u0000zero\nünicode without a newline"
 * stdout:
 *   44 bytes
 */
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char buffer[7];
    long total = 0, got;
    while ((got = read(0, buffer, sizeof buffer)) > 0)
        total += got;
    printf("%ld bytes\n", total);
    return got == 0 ? 0 : 1;
}
