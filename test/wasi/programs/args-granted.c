/* Granted arguments come before those of the command line.
 * grants: args
 * args: ["typed", "--flag"]
 * stdout:
 *   serve
 *   two words
 *   typed
 *   --flag
 */
#include "expect.h"

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) puts(argv[i]);
    TRUE(argv[argc] == NULL);
    return done();
}
