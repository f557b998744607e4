/* WASI preview 1. Part of the runtime's one translation unit; a call that no one imports is dropped,
   with all that only it needs. */
#if defined(__linux__)
#include "../platform/linux/files.c"
#include "../platform/linux/names.c"
#include "../platform/linux/directory.c"
#include "../platform/linux/poll.c"
#include "../platform/linux/sockets.c"
#ifdef WASM_NET
#include "../platform/linux/net.c"
#include "../platform/linux/watch.c"
#include "dns.c"
#endif
#elif defined(_WIN32)
#include "../platform/windows/files.c"
#include "../platform/windows/transfer.c"
#include "../platform/windows/names.c"
#include "../platform/windows/directory.c"
#include "../platform/windows/poll.c"
#include "../platform/windows/sockets.c"
#ifdef WASM_NET
#include "../platform/windows/net.c"
#endif
#else
#include "../platform/posix/files.c"
#include "../platform/posix/names.c"
#include "../platform/posix/directory.c"
#include "../platform/posix/poll.c"
#include "../platform/posix/sockets.c"
#ifdef WASM_NET
#include "../platform/posix/net.c"
#endif
#endif

#ifdef WASM_EMBED
#include "embed.c"
#endif

#include "fds.c"
#include "uses.c"
#include "preopens.c"
#if defined(WASM_LISTEN) && !defined(WASM_NET)
#include "listen.c"
#endif

#include "args.c"
#include "clocks.c"
#include "environ.c"
#include "proc.c"
#include "random.c"

#include "io.c"
#include "file.c"

#include "dir.c"
#include "resolve.c"
#include "path.c"
#include "path_open.c"

#include "poll.c"
#include "sock.c"
#ifdef WASM_NET
#include "net.c"
#include "watch.c"
#endif

#ifndef WASM_WITHOUT_UNSTABLE
#include "unstable.c"
#endif
#ifndef WASM_LIBRARY
#include "given.c"
#include "component.c"
#endif
