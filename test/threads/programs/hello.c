/* Built for threads, and starts none. */
#include <stdatomic.h>
#include <stdio.h>

_Atomic int count;

int main(void)
{
    atomic_fetch_add(&count, 5);
    printf("hello from a threads build: %d\n", count);
    return 0;
}
