/* The code given to exit is the process's.
 * exit: 1
 */
#include <stdlib.h>

int main(int argc, char **argv)
{
    exit(1);
}
