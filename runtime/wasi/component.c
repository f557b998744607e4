/* How calls between components end a program: what the linker of components makes calls it, and the host (runtime/component). */
#include "../module.h"
#include "../platform/process.h"

static const char component_traps[] =
#define TRAP(name, words) words "\0"
#include "../component/traps.h"
#undef TRAP
    ;

void wasmZ3acomponent__trap(u32 reason, u32 value) GIVEN_API;
void wasmZ3acomponent__trap(u32 reason, u32 value) {
    text_begin("wasm trap: ");
    for (const char *words = text_nth(component_traps, reason); *words; words++) {
        char letter[2] = {*words, 0};
        if (*words == '#') text_add_number(value, 10);
        else text_add(letter);
    }
    text_end_process(EXIT_CODE_TRAP);
}
