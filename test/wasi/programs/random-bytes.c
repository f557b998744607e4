/* Random bytes: two draws differ, a draw of nothing works, and a large one is filled to its end. */
#include "expect.h"

int main(int argc, char **argv)
{
    uint8_t first[32] = {0}, second[32] = {0};
    RAW(0, __wasi_random_get(first, sizeof first));
    RAW(0, __wasi_random_get(second, sizeof second));
    TRUE(memcmp(first, second, sizeof first) != 0);
    RAW(0, __wasi_random_get(first, 0));
    size_t size = 100000;
    uint8_t *large = calloc(size, 1);
    RAW(0, __wasi_random_get(large, size));
    int seen = 0;
    for (size_t i = size - 64; i < size; i++)
        seen |= large[i];
    TRUE(seen != 0);
    return done();
}
