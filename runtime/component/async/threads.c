/* Threads of tasks: who runs, who waits for what, and who is next. */
#include "tasks.h"

/* What runs before and outside of all tasks, on the program's own stack. */
static struct thread root = {.running = true};
static struct thread *current = &root;
static struct thread *first_waiting, *last_waiting;
/* Whom a thread that blocks wants to go on next. */
static struct thread *next_thread;
static u32 *free_stacks;
static u32 free_stack_count, free_stack_room;

static void list_waiting(struct thread *thread, enum wait wait, void *wait_for) {
    thread->wait = wait;
    thread->wait_for = wait_for;
    thread->next = NULL;
    thread->before = last_waiting;
    if (last_waiting) last_waiting->next = thread;
    else first_waiting = thread;
    last_waiting = thread;
}

static void unlist_waiting(struct thread *thread) {
    if (thread->next) thread->next->before = thread->before;
    else last_waiting = thread->before;
    if (thread->before) thread->before->next = thread->next;
    else first_waiting = thread->next;
    thread->wait = WAIT_NOTHING;
}

/* Behind all others. */
static void list_again(struct thread *thread) {
    enum wait wait = thread->wait;
    unlist_waiting(thread);
    list_waiting(thread, wait, thread->wait_for);
}

static bool needs_exclusive(const struct call *task) {
    return task->instance && (!(task->flags & CALL_LIFTED_ASYNC) || task->callback);
}

static bool has_backpressure(const struct call *task) {
    struct instance *in = instance_of(task->instance);
    return in->backpressure || (needs_exclusive(task) && in->exclusive);
}

static bool set_has_event(const struct set *set) {
    return set->first && set->first->pending;
}

static bool is_resolved(const struct call *call) {
    return call->subtask >= SUBTASK_RETURNED;
}

static bool is_ready(const struct thread *thread) {
    switch (thread->wait) {
    case WAIT_READY: return true;
    case WAIT_EXCLUSIVE: return !instance_of(thread->task->instance)->exclusive;
    case WAIT_SET_EXCLUSIVE:
        return !instance_of(thread->task->instance)->exclusive && set_has_event(thread->wait_for);
    case WAIT_SET: return set_has_event(thread->wait_for);
    case WAIT_WAITABLE: return ((struct waitable *)thread->wait_for)->pending;
    case WAIT_ENTER: return !has_backpressure(thread->task);
    case WAIT_RESOLVED: return is_resolved(thread->wait_for);
    case WAIT_SYSTEM: return *(bool *)thread->wait_for;
    default: return false;
    }
}

/* C keeps variables in this memory as well: each stack has a part of it that is its own. */
#define SHADOW_SIZE 16384u

static u32 shadow_pointer(void) {
    u32 at;
    __asm__ volatile("global.get __stack_pointer\n\tlocal.set %0" : "=r"(at));
    return at;
}

static void set_shadow_pointer(u32 at) {
    __asm__ volatile("local.get %0\n\tglobal.set __stack_pointer" : : "r"(at) : "memory");
}

/* `shadow`: where a new stack has its variables; 0 for one that comes back to where it was left. */
__attribute__((noinline)) static void switch_stack(u32 number, u32 shadow) {
    u32 at = shadow_pointer();
    if (shadow) set_shadow_pointer(shadow);
    stack_switch(number);
    set_shadow_pointer(at);
}

static struct thread *new_thread(struct call *task) {
    struct thread *thread = allocate(sizeof *thread);
    *thread = (struct thread){.task = task};
    task->references++;
    return thread;
}

/* Lets a thread go on, and whom it names when it blocks; comes back when the last of them has blocked or ended. */
static void thread_resume(struct thread *thread, bool cancelled) {
    struct thread *self = current;
    while (thread) {
        if (thread->wait) unlist_waiting(thread);
        u32 shadow = 0;
        if (!thread->stack && free_stack_count) thread->stack = free_stacks[--free_stack_count];
        if (!thread->stack) {
            thread->stack = stack_new();
            if (!thread->stack) fail(TRAP_MEMORY, 0);
            shadow = (u32)allocate(SHADOW_SIZE) + SHADOW_SIZE;
        }
        thread->running = true;
        thread->cancellable = false;
        thread->cancelled = cancelled;
        thread->resumer = self->stack;
        next_thread = NULL;
        current = thread;
        switch_stack(thread->stack, shadow);
        current = self;
        thread = next_thread;
        cancelled = false;
    }
}

/* Where each stack begins; between two threads it waits among the free ones. */
EXPORT("thread_run") void thread_run(void) {
    for (;;) {
        struct thread *thread = current;
        thread_main(thread);
        u32 back = thread->resumer;
        free_stacks = with_room(free_stacks, free_stack_count, &free_stack_room, sizeof *free_stacks);
        free_stacks[free_stack_count++] = thread->stack;
        call_release(thread->task);
        release(thread, sizeof *thread);
        next_thread = NULL;
        switch_stack(back, 0);
    }
}

static bool deliver_cancel(bool cancellable) {
    if (!cancellable || current->task->state != TASK_PENDING_CANCEL) return false;
    current->task->state = TASK_CANCEL_DELIVERED;
    return true;
}

/* True if the task was cancelled meanwhile. */
static bool thread_block(bool cancellable, struct thread *next) {
    struct thread *self = current;
    self->running = false;
    self->cancellable = cancellable;
    next_thread = next;
    switch_stack(self->resumer, 0);
    return self->cancelled;
}

static bool thread_wait(enum wait wait, void *wait_for, bool cancellable) {
    struct thread *self = current;
    if (self == &root) fail_task(TASK_TRAP_BLOCK, 0);
    if (deliver_cancel(cancellable)) return true;
    self->wait = wait;
    self->wait_for = wait_for;
    bool ready = wait != WAIT_READY && wait != WAIT_EXCLUSIVE && wait != WAIT_ENTER && is_ready(self);
    self->wait = WAIT_NOTHING;
    if (ready) return false;
    list_waiting(self, wait, wait_for);
    return thread_block(cancellable, NULL);
}

/* Needs the instance for itself, as the first threads of most tasks do. */
static bool is_exclusive(const struct thread *thread) {
    const struct call *task = thread->task;
    return thread == task->implicit && task->flags & CALL_TYPE_ASYNC && needs_exclusive(task);
}

/* One of an instance that can go on while a call of a synchronous function is not done. */
static struct thread *candidate(u32 instance) {
    for (struct thread *thread = first_waiting; thread; thread = thread->next)
        if (thread->index && thread->task->instance == instance && !is_exclusive(thread) && is_ready(thread))
            return thread;
    return NULL;
}

/* A call of a synchronous function would wait: for ever, where nobody but those can go on that may not meanwhile. */
static _Noreturn void fail_blocked(void) {
    struct thread *thread = first_waiting;
    while (thread && !is_ready(thread)) thread = thread->next;
    fail_task(thread ? TASK_TRAP_DEADLOCK : TASK_TRAP_BLOCK, 0);
}

static void check_may_block(void) {
    struct call *task = current->task;
    if (task && (task->flags & CALL_TYPE_ASYNC || task->state == TASK_RESOLVED)) return;
    if (!task || !candidate(task->instance)) fail_blocked();
}

/* Outside of all tasks: has those that can go on until the call is done. */
static void run_until_resolved(const struct call *call) {
    for (u32 turn = 1; !is_resolved(call); turn++) {
        /* Those that are always ready keep nobody from what the system has. */
        if (turn % 64 == 0) poll_system(false);
        struct thread *thread = first_waiting;
        while (thread && !is_ready(thread)) thread = thread->next;
        if (!thread) {
            if (!wait_for_system()) fail_task(TASK_TRAP_DEADLOCK, 0);
            continue;
        }
        u32 instance = thread->task->instance;
        set_entered(instance, 0, true);
        thread_resume(thread, false);
        set_entered(instance, 0, false);
    }
}

/* Outside of all tasks run the start functions of instances: each has what it keeps for itself. */
static u32 *context_of(u32 instance) {
    return current == &root ? instance_of(instance)->context : current->context;
}
EXPORT("context_get") u32 context_get(u32 instance, u32 slot) {
    return context_of(instance)[slot];
}
EXPORT("context_set") void context_set(u32 instance, u32 slot, u32 value) {
    context_of(instance)[slot] = value;
}

/* An allocator has a context of its own, whosever thread it runs on: what that one keeps is for `context_leave`. */
EXPORT("context_enter") u64 context_enter(u32 instance) {
    u32 *context = context_of(instance);
    u64 kept = context[0] | (u64)context[1] << 32;
    context[0] = context[1] = 0;
    return kept;
}
EXPORT("context_leave") void context_leave(u32 instance, u64 kept) {
    u32 *context = context_of(instance);
    context[0] = (u32)kept;
    context[1] = (u32)(kept >> 32);
}

/* The built-ins for threads. */

EXPORT("thread_index") u32 thread_index(void) {
    return current->index;
}
EXPORT("thread_new") u32 thread_new(u32 code, u32 function, u32 argument) {
    if (!current->task) fail_task(TASK_TRAP_THREAD, 0);
    struct thread *thread = new_thread(current->task);
    thread->code = code;
    thread->function = function;
    thread->argument = argument;
    register_thread(thread);
    return thread->index;
}

EXPORT("thread_function") u32 thread_function(const struct thread *thread) {
    return thread->function;
}
EXPORT("thread_argument") u32 thread_argument(const struct thread *thread) {
    return thread->argument;
}

static bool is_suspended(const struct thread *thread) {
    return !thread->running && !thread->wait;
}

static struct thread *suspended_at(u32 instance, u32 index) {
    struct thread *thread = thread_at(instance, index);
    if (!is_suspended(thread)) fail_task(TASK_TRAP_RESUME, 0);
    return thread;
}

EXPORT("thread_resume_later") void thread_resume_later(u32 instance, u32 index) {
    list_waiting(suspended_at(instance, index), WAIT_READY, NULL);
}

static u32 switch_thread(bool cancellable, bool yields, struct thread *other) {
    if (current == &root) fail_task(TASK_TRAP_BLOCK, 0);
    if (deliver_cancel(cancellable)) return 1;
    if (yields) list_waiting(current, WAIT_READY, NULL);
    return thread_block(cancellable, other);
}

EXPORT("thread_yield") u32 thread_yield(u32 cancellable) {
    return current == &root ? 0 : switch_thread(cancellable, true, NULL);
}
EXPORT("thread_suspend") u32 thread_suspend(u32 cancellable) {
    return switch_thread(cancellable, false, NULL);
}
EXPORT("thread_switch") u32 thread_switch(u32 instance, u32 cancellable, u32 yields, u32 index) {
    struct thread *other = suspended_at(instance, index);
    return switch_thread(cancellable, yields, other);
}
EXPORT("thread_promote") u32 thread_promote(u32 instance, u32 cancellable, u32 yields, u32 index) {
    struct thread *other = thread_at(instance, index);
    if (!other->wait || !is_ready(other)) other = NULL;
    else if (current != &root && !(cancellable && current->task->state == TASK_PENDING_CANCEL)) unlist_waiting(other);
    return switch_thread(cancellable, yields, other);
}
