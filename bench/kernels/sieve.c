// The sieve of Eratosthenes up to 8 million, many times.
#include <stdio.h>
#include <string.h>
#include "../percent.h"

enum { LIMIT = 8000000 };
static char composite[LIMIT + 1];

int main(int argc, char **argv) {
    int rounds = 16 * percent(argc, argv) / 100;
    int count = 0;
    for (int round = 0; round < rounds; round++) {
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
