/* linking.wasm, compiled to native code: what a C or C++ program may call. Generated; edits are lost. */
#ifndef WASM_HEADER_linking
#define WASM_HEADER_linking

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef WASM_FUNCREF_DEFINED
#define WASM_FUNCREF_DEFINED
/* A reference to a function, or null where code is NULL. To be passed on, not made or called. */
struct wasm_funcref {
    void (*code)(void);
    uint64_t type;
};
#endif

#ifndef WASM_LF_DEFINED
#define WASM_LF_DEFINED
struct wasm_lf {
    uint64_t _0;
    float _1;
};
#endif

/* Call it once before anything else of the module: prepares memory, tables and globals, and runs the start function.
   A trap, here and in every other call, prints its cause and place and ends the process with exit code 134. */
void linking_instantiate(void);

/* The module's memory: its address, which never changes, and its size in bytes, which may grow in any call.
   A pointer in the module's sense is an offset into it. */
uint8_t *linking_memory(void);
uint64_t linking_memory_size(void);

/* Functions the module exports. */
/* "pair" */
struct wasm_lf linking__pair(float p0, struct wasm_funcref p1);
/* "Zwei" */
struct wasm_lf linking__ZZwei(float p0, struct wasm_funcref p1);
/* "grüße" */
void *linking__grZc3ZbcZc3Z9fe(uint32_t p0);
/* "print" */
void linking__print(void);

/* Globals the module exports. */
/* "derived" */
extern const uint32_t linking__derived;
/* "shared" */
extern double linking__shared;
/* "shared again" */
extern double linking__sharedZ20again;

/* Functions the module imports, which your program must define, in the executable or shared library that has the module. */
/* "env" "log message" */
void *env__logZ20message(uint32_t p0);

#ifdef __cplusplus
}
#endif

#endif
