/* What components have of the runtime, by way of what their linker makes and of the host (runtime/component): how calls between
   them end a program, and stacks for tasks that wait (runtime/component/async). */
#include "../module.h"
#include "../platform/process.h"

static const char component_traps[] =
#define TRAP(name, words) words "\0"
#include "../component/traps.h"
#undef TRAP
    ;

__attribute__((always_inline)) static inline void component_fail(const char *list, u32 reason, u32 value) {
    text_begin("wasm trap: ");
    for (const char *words = text_nth(list, reason); *words; words++) {
        char letter[2] = {*words, 0};
        if (*words == '#') text_add_number(value, 10);
        else text_add(letter);
    }
    text_end_process(EXIT_CODE_TRAP);
}

void wasmZ3acomponent__trap(u32 reason, u32 value) GIVEN_API;
void wasmZ3acomponent__trap(u32 reason, u32 value) {
    component_fail(component_traps, reason, value);
}

static const char component_task_traps[] =
#define TRAP(name, words) words "\0"
#include "../component/task-traps.h"
#undef TRAP
    ;

void wasmZ3acomponent__task_trap(u32 reason, u32 value) GIVEN_API;
void wasmZ3acomponent__task_trap(u32 reason, u32 value) {
    component_fail(component_task_traps, reason, value);
}

/* What runs on a stack; it does not return (compiler/component/async/entry.ts). */
void wasmZ3atasks__run(void) WASM_HIDDEN;

#define COMPONENT_STACKS 0x10000u

/* The first is the program's own. */
static struct process_stack *component_stacks;
static u32 component_stack_count = 1, component_stack;

/* The number of a new stack; 0 if there is no room for one. */
u32 wasmZ3acomponent__stack_new(void) GIVEN_API;
u32 wasmZ3acomponent__stack_new(void) {
    const u64 size = sizeof *component_stacks * COMPONENT_STACKS;
    if (!component_stacks) {
        u8 *room = process_reserve(NULL, size);
        if (!room || !process_commit(room, size)) return 0;
        component_stacks = (struct process_stack *)room;
    }
    if (component_stack_count == COMPONENT_STACKS) return 0;
    if (!process_stack_new(&component_stacks[component_stack_count], wasmZ3atasks__run)) return 0;
    return component_stack_count++;
}

/* Leaves this stack for another, which goes on where it was left. */
void wasmZ3acomponent__stack_switch(u32 number) GIVEN_API;
void wasmZ3acomponent__stack_switch(u32 number) {
    u32 before = component_stack;
    if (number >= component_stack_count || !component_stacks[number].place) wasm_fail("a stack that does not wait");
    component_stack = number;
    process_stack_switch(&component_stacks[before], &component_stacks[number]);
}
