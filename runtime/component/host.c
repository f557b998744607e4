/* One unit: the linker leaves out nothing of it, compiler/component/host.ts what a program does not call. */
#include "memory.c"
#include "handles.c"
#include "cli.c"
#include "io.c"
#include "clocks.c"
#include "filesystem.c"
