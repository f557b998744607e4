/* A megabyte through a pipe arrives whole.
 * stdout-bytes: 1048576
 */
#include <stdio.h>

int main(int argc, char **argv)
{
    for (int i = 0; i < 1 << 15; i++)
        printf("%031d\n", i);
    return 0;
}
