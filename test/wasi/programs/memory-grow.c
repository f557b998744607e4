/* A heap of 200 MB, touched everywhere. */
#include "expect.h"

int main(int argc, char **argv)
{
    enum { SIZE = 200 << 20 };
    unsigned char *bytes = malloc(SIZE);
    TRUE(bytes != NULL);
    for (size_t i = 0; i < SIZE; i += 4096)
        if (bytes[i] != 0)
            return 1;
    for (size_t i = 0; i < SIZE; i += 4096)
        bytes[i] = (unsigned char)(i >> 12);
    for (size_t i = 0; i < SIZE; i += 4096)
        if (bytes[i] != (unsigned char)(i >> 12))
            return 2;
    void *volatile too_large = malloc(0xfff00000u);
    TRUE(too_large == NULL);
    return done();
}
