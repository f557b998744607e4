/* Formatted input.
 * stdin: "12 -7 0x1f\n3.25 word"
 * stdout:
 *   12 -7 31 3.25 word
 */
#include <stdio.h>

int main(int argc, char **argv)
{
    int a, b, c;
    double d;
    char word[16];
    if (scanf("%d %i %i %lf %15s", &a, &b, &c, &d, word) != 5)
        return 1;
    printf("%d %d %d %g %s\n", a, b, c, d, word);
    return 0;
}
