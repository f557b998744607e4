/* One unit: the linker leaves out nothing of it, compiler/component/trim.ts what a program does not call. With WASM_NET it has
   sockets: only programs that import them are linked with that one. */
#include "memory.c"
#include "handles.c"
#include "cli.c"
#include "io.c"
#include "clocks.c"
#include "filesystem.c"
#ifdef WASM_NET
#include "sockets.c"
#include "tcp.c"
#include "udp.c"
#include "names.c"
#endif
