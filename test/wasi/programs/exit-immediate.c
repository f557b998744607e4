/* proc_exit ends at once: no handlers, no flushing.
 * exit: 9
 */
#include <stdio.h>
#include <stdlib.h>
#include <wasi/api.h>

static void handler(void) { printf("handler\n"); }

int main(int argc, char **argv)
{
    atexit(handler);
    printf("never flushed");
    __wasi_proc_exit(9);
}
