/* What main returns is the exit code; buffered output is written before.
 * exit: 42
 * stdout:
 *   buffered
 */
#include <stdio.h>

int main(int argc, char **argv)
{
    printf("buffered\n");
    return 42;
}
