/* Recursion without end, with a call of the host on every level: a trap, and no crash of the runtime on the way.
 * exit: 134
 */
#include "expect.h"

static volatile int depth_limit = 1 << 30;

static int descend(int depth, const char *above)
{
    char here[300];
    struct stat status;
    memset(here, depth, sizeof here);
    stat("dir/../dir/../file", &status);
    return depth < depth_limit ? descend(depth + 1, here) + here[depth % 300] + above[0] : 0;
}

int main(int argc, char **argv)
{
    printf("%d\n", descend(0, argv[0]));
    return 0;
}
