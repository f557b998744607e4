/* Instances of components: who is in them, and their threads. */
#include "tasks.h"

static struct instance *instances;
static u32 instance_room;

static struct instance *instance_of(u32 number) {
    while (number >= instance_room) instances = with_room(instances, instance_room, &instance_room, sizeof *instances);
    return &instances[number];
}

/* Before anything else. */
EXPORT("instance_parent") void instance_parent(u32 number, u32 parent) {
    instance_of(number > parent ? number : parent);
    instances[number].parent = parent;
}

static bool is_within(u32 instance, u32 outer) {
    for (; instance; instance = instance_of(instance)->parent)
        if (instance == outer) return true;
    return false;
}

/* An instance and those that it is part of, but for what the caller (0: none) is in. */
static bool may_enter(u32 instance, u32 caller) {
    for (; instance; instance = instance_of(instance)->parent)
        if (!is_within(caller, instance) && instance_of(instance)->entered) return false;
    return true;
}

static void set_entered(u32 instance, u32 caller, bool entered) {
    for (; instance; instance = instance_of(instance)->parent)
        if (!is_within(caller, instance)) instance_of(instance)->entered = entered;
}

static void instance_enter(u32 instance, u32 caller) {
    if (!may_enter(instance, caller)) fail(TRAP_ENTER, 0);
    set_entered(instance, caller, true);
}

/* A thread gets its number. */
static void register_thread(struct thread *thread) {
    struct instance *in = instance_of(thread->task->instance);
    u32 index;
    if (in->free_size) {
        index = in->free_threads[--in->free_size];
    } else {
        if (!in->thread_size) in->thread_size = 1;
        in->threads = with_room(in->threads, in->thread_size, &in->thread_room, sizeof *in->threads);
        index = in->thread_size++;
    }
    in->threads[index] = thread;
    thread->index = index;
    thread->task->thread_count++;
}

static void unregister_thread(struct thread *thread) {
    struct call *task = thread->task;
    struct instance *in = instance_of(task->instance);
    if (!--task->thread_count && task->state != TASK_RESOLVED && !task->later) fail_task(TASK_TRAP_NO_RESULT, 0);
    in->threads[thread->index] = NULL;
    in->free_threads = with_room(in->free_threads, in->free_size, &in->free_room, sizeof *in->free_threads);
    in->free_threads[in->free_size++] = thread->index;
    thread->index = 0;
}

static struct thread *thread_at(u32 instance, u32 index) {
    struct instance *in = instance_of(instance);
    if (index >= in->thread_size || !in->threads[index]) fail_task(TASK_TRAP_THREAD, index);
    return in->threads[index];
}

EXPORT("backpressure_inc") void backpressure_inc(u32 instance) {
    if (++instance_of(instance)->backpressure == 0x10000) fail_task(TASK_TRAP_BACKPRESSURE, 0);
}
EXPORT("backpressure_dec") void backpressure_dec(u32 instance) {
    if (!instance_of(instance)->backpressure--) fail_task(TASK_TRAP_BACKPRESSURE, 0);
}
