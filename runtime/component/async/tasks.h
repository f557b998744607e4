/*
 * Tasks, as the component model has them since WASI 0.3 (CanonicalABI.md / Concurrency): what calls between components do in
 * programs that have asynchronous functions. Each thread of a task has a stack of its own while it runs or waits
 * (runtime/wasi/component.c); one runs at a time.
 */
#ifndef WASM_COMPONENT_TASKS_H
#define WASM_COMPONENT_TASKS_H

#include "../host.h"

/* Why the program is ended, in the order of the list. */
enum task_trap {
#define TRAP(name, words) TASK_TRAP_##name,
#include "../task-traps.h"
#undef TRAP
};
__attribute__((import_module("wasm:component"), import_name("task_trap"))) void host_task_trap(u32 reason, u32 value);
__attribute__((import_module("wasm:component"), import_name("stack_new"))) u32 stack_new(void);
__attribute__((import_module("wasm:component"), import_name("stack_switch"))) void stack_switch(u32 number);

/* What the linker wrote for this program, by number (compiler/component/async/entry.ts): `call` takes what a function of its kind
   does, `copy` moves elements of a stream from where one side writes to where the other reads. */
__attribute__((import_module("wasm:tasks"), import_name("call"))) u32 code_call(u32 code, void *argument);
__attribute__((import_module("wasm:tasks"), import_name("copy"))) void code_copy(
    u32 writer, u32 reader, u32 from, u32 to, u32 count);

_Noreturn static inline void fail_task(enum task_trap reason, u32 value) {
    host_task_trap(reason, value);
    __builtin_trap();
}

enum event_code { EVENT_NONE, EVENT_SUBTASK, EVENT_STREAM_READ, EVENT_STREAM_WRITE, EVENT_FUTURE_READ, EVENT_FUTURE_WRITE,
    EVENT_TASK_CANCELLED };

struct thread;
struct set;

/* What a component may wait for. */
struct waitable {
    enum event_code kind;
    u32 index; /* in the table of its instance */
    bool pending;
    bool has_sync_waiter;
    struct set *set;
    struct waitable *next, *before; /* in the set */
};

/* Those with an event come first, in the order in which they got it. */
struct set {
    struct waitable *first, *last, *last_pending;
    u32 waiting;
};

/* A call: the caller's subtask and the callee's task. */
struct call {
    /* What the code of the linker knows of it: parameters, or the one result, and what the callee returned. */
    u64 flat[17], results[16];
    struct waitable waitable;
    u32 references;
    /* The caller's. */
    u32 caller;
    enum { SUBTASK_STARTING, SUBTASK_STARTED, SUBTASK_RETURNED, SUBTASK_CANCELLED_BEFORE_STARTED,
        SUBTASK_CANCELLED_BEFORE_RETURNED } subtask;
    bool cancel_requested, delivered, in_table;
    struct task_lend *lends;
    /* The callee's. */
    u32 instance, flags, start, resolve, callback, returns;
    enum { TASK_INITIAL, TASK_STARTED, TASK_PENDING_CANCEL, TASK_CANCEL_DELIVERED, TASK_RESOLVED } state;
    u32 borrows, thread_count;
    struct thread *implicit;
    /* A function of the system's that returns at a time waits without a thread. */
    struct system_wait *later;
    struct thread *waiter; /* who called it and goes on then */
};

struct task_lend {
    struct task_lend *next;
    u32 instance, handle;
};

enum { CALL_LOWERED_ASYNC = 1, CALL_TYPE_ASYNC = 2, CALL_LIFTED_ASYNC = 4 };

enum wait { WAIT_NOTHING, WAIT_READY, WAIT_EXCLUSIVE, WAIT_SET, WAIT_SET_EXCLUSIVE, WAIT_WAITABLE, WAIT_ENTER, WAIT_RESOLVED,
    WAIT_SYSTEM };

struct thread {
    struct call *task;
    u32 stack, resumer; /* numbers of stacks */
    enum wait wait;
    void *wait_for;
    bool running, cancellable, cancelled;
    u32 index; /* among the threads of its instance; 0: it waits to enter */
    u32 context[2];
    u32 code, function, argument; /* of those that are not implicit */
    struct thread *next, *before; /* of those that wait */
};

struct instance {
    u32 parent;
    bool entered;
    u32 backpressure, waiting_to_enter;
    struct thread *exclusive;
    struct thread **threads;
    u32 *free_threads;
    u32 thread_size, thread_room, free_size, free_room;
    u32 context[2]; /* while its start functions run */
};

struct event_triple {
    u32 code, index, payload;
};

struct pump;

struct system_wait {
    struct system_wait *next, *before; /* NULL: nothing is waited for */
    /* Whose it is: a pump is told when it is over, a thread goes on, a call returns. */
    struct pump *pump;
    struct thread *thread;
    struct call *call;
    struct system_wait *same;          /* others for the same of one descriptor */
    u8 type;                           /* of the subscription */
    bool ready;
    u32 fd;
    u64 time;
};

static struct thread *current;
static void call_lend(struct call *call, u32 instance, u32 handle);
static void call_release(struct call *call);
static void thread_main(struct thread *thread);
static u32 take_payload(struct waitable *waitable);
static void mark_pending(struct waitable *waitable, bool pending);
static struct waitable *waitable_at(u32 instance, u32 index);
/* Until something happens that a thread may wait for; false if nothing can. */
static bool wait_for_system(void);
static void poll_system(bool block);
static void pump_step(struct pump *pump);
/* Before the time, if there is still to wait. */
static void end_later(struct call *call);
static void returns_now(struct call *call);

#endif
