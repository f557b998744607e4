/* Where the arguments are fixed, those of the command line do not come through.
 * grants: args-fixed
 * args: ["typed", "--flag"]
 * stdout:
 *   serve
 */
#include "expect.h"

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) puts(argv[i]);
    EQUAL(argc, 2);
    return done();
}
