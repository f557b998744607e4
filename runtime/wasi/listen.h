#ifndef WASM_WASI_LISTEN_H
#define WASM_WASI_LISTEN_H

#include "../types.h"

/* Takes the granted addresses, as open files 3, 4, 5…, and the granted directories behind them,
   before the program starts. An address that cannot be had ends the program. */
INTERNAL void listeners_open(void);

#endif
