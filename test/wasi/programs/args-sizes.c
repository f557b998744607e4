/* args_sizes_get agrees with args_get: the strings lie one after another in the buffer.
 * args: ["a", "bcd", ""]
 */
#include "expect.h"

int main(int argc, char **argv)
{
    __wasi_size_t count = 0, bytes = 0;
    RAW(0, __wasi_args_sizes_get(&count, &bytes));
    uint8_t **pointers = calloc(count, sizeof *pointers);
    uint8_t *buffer = malloc(bytes);
    RAW(0, __wasi_args_get(pointers, buffer));
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        TRUE(pointers[i] == buffer + total);
        total += strlen((char *)pointers[i]) + 1;
    }
    EQUAL(total, bytes);
    EQUAL(strcmp((char *)pointers[count - 2], "bcd"), 0);
    EQUAL(strcmp((char *)pointers[count - 1], ""), 0);
    return done();
}
