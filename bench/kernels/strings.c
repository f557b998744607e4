// The C library's string functions: strlen, strchr, strcmp, memcmp, memchr, strcpy, strcat.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "../percent.h"

enum { COUNT = 2000, LENGTH = 160 };
static char lines[COUNT][LENGTH + 1], buffer[2 * LENGTH + 2];

int main(int argc, char **argv) {
    int rounds = 60 * percent(argc, argv);
    uint32_t state = 5, sum = 0;
    for (int i = 0; i < COUNT; i++) {
        int length = 80 + (i * 7) % 80;
        for (int j = 0; j < length; j++)
            lines[i][j] = (char)('a' + ((state = state * 1664525 + 1013904223) >> 24) % 25);
    }
    for (int round = 0; round < rounds; round++)
        for (int i = 1; i < COUNT; i++) {
            const char *a = lines[i], *b = lines[(i * 31 + round) % COUNT];
            size_t length = strlen(a);
            sum += (uint32_t)length + (strchr(a, 'z') != 0) + (memchr(b, 'y' + 1, strlen(b)) != 0);
            strcpy(buffer, a);
            strcat(buffer, b);
            sum += (uint32_t)(strcmp(buffer, a) > 0) + (uint32_t)(memcmp(buffer, a, length) == 0);
        }
    printf("%u\n", sum);
    return 0;
}
