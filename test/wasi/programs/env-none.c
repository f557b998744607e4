/* Without a grant the environment is empty.
 * grants: none
 */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_size_t count = 9, bytes = 9;
    RAW(0, __wasi_environ_sizes_get(&count, &bytes));
    EQUAL(count, 0);
    EQUAL(bytes, 0);
    TRUE(getenv("PATH") == NULL);
    return done();
}
