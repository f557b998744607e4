/* Functions of the C library that a module brings along, with wide loads. The compiler knows them by their code
   (compiler/libc/) and has them begin with these: `libc_name` does all that the function would do and answers true, or
   does nothing and answers false where only the module's own code can tell what happens. Bytes are read in aligned
   blocks, which lie in memory as a whole or not at all; so what leaves the memory faults here as it would there. */
#ifndef WASM_LIBC_H
#define WASM_LIBC_H

#include "libc/lanes.h"
#include "libc/wide.h"
#include "libc/find.h"
#include "libc/compare.h"
#include "libc/copy.h"

#endif
