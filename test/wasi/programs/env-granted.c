/* Granted environment variables are there: passed on from the host or fixed; others are not. */
#include "expect.h"

int main(int argc, char **argv)
{
    TRUE(getenv("GREETING") != NULL && strcmp(getenv("GREETING"), "hällo = welt") == 0);
    TRUE(getenv("FIXED") != NULL && strcmp(getenv("FIXED"), "a value") == 0);
    TRUE(getenv("ABSENT") == NULL);
    TRUE(getenv("HIDDEN") == NULL);
    TRUE(getenv("PATH") == NULL);
    __wasi_size_t count = 0, bytes = 0;
    RAW(0, __wasi_environ_sizes_get(&count, &bytes));
    EQUAL(count, 2);
    EQUAL(bytes, sizeof "GREETING=hällo = welt" + sizeof "FIXED=a value");
    return done();
}
