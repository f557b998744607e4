/* A stub resolver, for systems whose own is a part of a library that executables do not have. */
#ifndef WASM_WASI_DNS_H
#define WASM_WASI_DNS_H

#include "../platform/net.h"

/* A file of the host, for reading: the platform's. */
static u16 net_open_text(const char *path, file_handle *file);

#endif
