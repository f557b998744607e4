/* abort is a trap.
 * exit: 134
 * stderr-has: wasm trap: unreachable
 */
#include <stdlib.h>

int main(int argc, char **argv)
{
    abort();
}
