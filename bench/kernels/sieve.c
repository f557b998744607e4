// The sieve of Eratosthenes up to 8 million, sixteen times.
#include <stdio.h>
#include <string.h>

enum { LIMIT = 8000000 };
static char composite[LIMIT + 1];

int main(void) {
    int count = 0;
    for (int round = 0; round < 16; round++) {
        memset(composite, 0, sizeof composite);
        count = 0;
        for (int i = 2; i <= LIMIT; i++) {
            if (composite[i]) continue;
            count++;
            for (long j = (long)i * 2; j <= LIMIT; j += i) composite[j] = 1;
        }
    }
    printf("%d\n", count);
    return 0;
}
