/* Names that end in dots or spaces: Windows refuses to make them, everyone else keeps them.
 * needs: any-name
 */
#include "expect.h"

int main(int argc, char **argv)
{
    static const char *const names[] = {"...", "dots..", "space ", "a:b", "back\\slash", "star*", "CON", "line\nbreak"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        WRITE(names[i], names[i]);
        HOLDS(names[i], names[i]);
    }
    return done();
}
