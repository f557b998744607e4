/* Memory grows to 4 GiB, is used at its very end, and read and written through it there.
 * stdout:
 *   at the end
 */
#include "expect.h"

int main(int argc, char **argv)
{
    size_t pages = __builtin_wasm_memory_size(0);
    TRUE(__builtin_wasm_memory_grow(0, 65536 - pages) == pages);
    EQUAL((int)__builtin_wasm_memory_grow(0, 1), -1);
    char *const end = (char *)(uintptr_t)0xfffffff0;
    memcpy(end, "at the end\n", 11);
    EQUAL(write(1, end, 11), 11);
    int fd = OK(open("file", O_RDWR | O_CREAT, 0666));
    EQUAL(write(fd, end, 16), 16);
    RAW(EFAULT, __wasi_random_get((uint8_t *)end, 17));
    RAW(0, __wasi_random_get((uint8_t *)end, 16));
    __wasi_size_t size = 0;
    /* Nearly all of memory as one buffer: as much as there is is read. */
    const __wasi_iovec_t most = {(uint8_t *)0x10000000, 0xefffffff};
    OK(lseek(fd, 0, SEEK_SET));
    RAW(0, __wasi_fd_read(fd, &most, 1, &size));
    EQUAL(size, 16);
    EQUAL(memcmp((char *)0x10000000, "at the end\n", 11), 0);
    /* More in total than memory has, since buffers may overlap. */
    const __wasi_ciovec_t twice[2] = {{(uint8_t *)0x10000000, 0xe0000000}, {(uint8_t *)0x10000000, 0xe0000000}};
    RAW(0, __wasi_fd_write(2, twice, 2, &size));
    TRUE(size > 0);
    return done();
}
