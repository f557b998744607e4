/* One unit: the linker leaves out nothing of it, compiler/component/trim.ts what a program does not call. With WASM_NET it has
   sockets, with WASM_ASYNC tasks: only programs that have some are linked with that one. */
#include "memory.c"
#include "text.c"
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
#ifdef WASM_ASYNC
#include "async/instances.c"
#include "async/threads.c"
#include "async/waitables.c"
#include "async/calls.c"
#include "async/streams.c"
#include "async/system.c"
#include "async/pumps.c"
#include "async/wasi.c"
#include "async/filesystem.c"
#ifdef WASM_NET
#include "async/sockets.c"
#include "async/tcp.c"
#include "async/udp.c"
#include "async/names.c"
#endif
#endif
