/* atexit handlers run in reverse, then streams are flushed.
 * exit: 5
 * stdout:
 *   main
 *   second
 *   first
 */
#include <stdio.h>
#include <stdlib.h>

static void first(void) { printf("first\n"); }
static void second(void) { printf("second\n"); }

int main(int argc, char **argv)
{
    atexit(first);
    atexit(second);
    printf("main\n");
    exit(5);
}
