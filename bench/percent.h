// How much work to do: the first argument, of the hundred that take about a second.
#include <stdlib.h>

static inline int percent(int argc, char **argv) { return argc > 1 ? atoi(argv[1]) : 100; }
