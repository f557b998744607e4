/* Random bytes: none, one, and more than the host gives at once; all of them are filled. */
#include "expect.h"

int main(int argc, char **argv)
{
    static uint8_t bytes[1 << 20];
    RAW(0, __wasi_random_get(bytes, 0));
    EQUAL(bytes[0], 0);
    for (int tries = 0; tries < 100 && bytes[0] == 0; tries++)
        RAW(0, __wasi_random_get(bytes, 1));
    TRUE(bytes[0] != 0);
    EQUAL(bytes[1], 0);
    RAW(0, __wasi_random_get(bytes, sizeof bytes));
    int counts[256] = {0};
    for (size_t i = 0; i < sizeof bytes; i++)
        counts[bytes[i]]++;
    for (int i = 0; i < 256; i++)
        TRUE(counts[i] > 3000 && counts[i] < 5200);
    return done();
}
