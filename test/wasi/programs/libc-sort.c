/* Function pointers through libc: qsort and bsearch.
 * stdout:
 *   -5 0 1 3 8 13
 *   found 8 at 4
 */
#include <stdio.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    int numbers[6] = {3, 13, -5, 8, 1, 0}, key = 8;
    qsort(numbers, 6, sizeof numbers[0], compare);
    for (int i = 0; i < 6; i++)
        printf("%d%c", numbers[i], i < 5 ? ' ' : '\n');
    int *found = bsearch(&key, numbers, 6, sizeof numbers[0], compare);
    printf("found %d at %d\n", *found, (int)(found - numbers));
    return 0;
}
