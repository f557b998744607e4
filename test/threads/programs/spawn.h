/* Threads of wasi-threads for C programs whose C library was built without: memory for a stack and thread-local variables,
 * and a word to wait for the end. A program includes this once. */
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define SPAWN_MAX 16
#define SPAWN_STACK 0x10000

struct spawned {
    char *stack, *tls; /* where the code below looks for them */
    void (*function)(int);
    int argument;
    _Atomic int running;
};

static struct spawned spawned[SPAWN_MAX];
static _Alignas(64) char spawn_stacks[SPAWN_MAX][SPAWN_STACK];
static _Alignas(64) char spawn_tls[SPAWN_MAX][0x1000];

__attribute__((import_module("wasi"), import_name("thread-spawn"))) int spawn_thread(struct spawned *thread);

__attribute__((used)) void spawn_main(struct spawned *thread)
{
    thread->function(thread->argument);
    thread->running = 0;
    __builtin_wasm_memory_atomic_notify((int *)&thread->running, 1);
}

/* Nothing may use the stack before it is set. */
__asm__(".globaltype __stack_pointer, i32\n"
        ".functype __wasm_init_tls (i32) -> ()\n"
        ".functype spawn_main (i32) -> ()\n"
        ".globl wasi_thread_start\n"
        ".export_name wasi_thread_start, wasi_thread_start\n"
        ".type wasi_thread_start,@function\n"
        "wasi_thread_start:\n"
        ".functype wasi_thread_start (i32, i32) -> ()\n"
        "local.get 1\n i32.load 0\n global.set __stack_pointer\n"
        "local.get 1\n i32.load 4\n call __wasm_init_tls\n"
        "local.get 1\n call spawn_main\n"
        "end_function\n");

/* Runs function(i) in thread i; the number of a thread is free again when it has been waited for. */
static int spawn(int i, void (*function)(int))
{
    spawned[i] = (struct spawned){spawn_stacks[i] + SPAWN_STACK, spawn_tls[i], function, i, 1};
    return spawn_thread(&spawned[i]) > 0;
}

static void spawn_wait(int i)
{
    while (spawned[i].running)
        __builtin_wasm_memory_atomic_wait32((int *)&spawned[i].running, 1, -1);
}
