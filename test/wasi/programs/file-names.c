/* Names with spaces, dots within and any UTF-8 are kept as they are. */
#include "expect.h"

int main(int argc, char **argv)
{
    static const char *const names[] = {"with space", "ünïcödé", "日本語.txt", "🎉", "..dots", "-dash", "a.b.c"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        WRITE(names[i], names[i]);
        HOLDS(names[i], names[i]);
    }
    return done();
}
