/* Standard error is a stream of its own.
 * stdout:
 *   to output
 * stderr:
 *   to error
 */
#include <stdio.h>

int main(int argc, char **argv)
{
    fprintf(stderr, "to error\n");
    printf("to output\n");
    return 0;
}
