/* Calls between components: the caller's subtask, the callee's task (CanonicalABI.md / canon lift, canon lower). */
#include "tasks.h"

static void call_release(struct call *call) {
    if (!--call->references) release(call, sizeof *call);
}

static void call_lend(struct call *call, u32 instance, u32 handle) {
    struct task_lend *lend = allocate(sizeof *lend);
    *lend = (struct task_lend){call->lends, instance, handle};
    call->lends = lend;
}

/* The caller is told: what it lent is its own again. */
static void deliver_resolve(struct call *call) {
    while (call->lends) {
        struct task_lend *lend = call->lends;
        tables[lend->instance].handles[lend->handle].lends--;
        call->lends = lend->next;
        release(lend, sizeof *lend);
    }
    call->delivered = true;
}

/* The task. */

static bool enter_implicit(struct thread *thread) {
    struct call *task = thread->task;
    if (task->flags & CALL_TYPE_ASYNC) {
        struct instance *in = instance_of(task->instance);
        if (has_backpressure(task) || in->waiting_to_enter) {
            in->waiting_to_enter++;
            bool cancelled = thread_wait(WAIT_ENTER, NULL, true);
            in = instance_of(task->instance);
            in->waiting_to_enter--;
            if (cancelled) {
                task->subtask = SUBTASK_CANCELLED_BEFORE_STARTED;
                task->state = TASK_RESOLVED;
                if (task->in_table) mark_pending(&task->waitable, true);
                return false;
            }
        }
        if (needs_exclusive(task)) in->exclusive = thread;
    }
    register_thread(thread);
    return true;
}

enum { CALLBACK_EXIT, CALLBACK_YIELD, CALLBACK_WAIT };

/* What a callback says that it waits for, and what came of it. */
static struct event_triple wait_of_callback(struct thread *thread, u32 packed) {
    struct call *task = thread->task;
    struct event_triple event = {0};
    instance_of(task->instance)->exclusive = NULL;
    if ((packed & 15) == CALLBACK_YIELD) {
        if (thread_wait(WAIT_EXCLUSIVE, NULL, true)) event.code = EVENT_TASK_CANCELLED;
    } else {
        event = wait_for_event(set_at(task->instance, packed >> 4), WAIT_SET_EXCLUSIVE, true);
    }
    instance_of(task->instance)->exclusive = thread;
    return event;
}

static void implicit_main(struct thread *thread) {
    struct call *task = thread->task;
    if (!enter_implicit(thread)) return;
    task->state = TASK_STARTED;
    task->subtask = SUBTASK_STARTED;
    if (task->in_table) mark_pending(&task->waitable, true);
    u32 packed = code_call(task->start, task);
    if (task->callback) {
        while ((packed & 15) != CALLBACK_EXIT) {
            if ((packed & 15) > CALLBACK_WAIT) fail_task(TASK_TRAP_CALLBACK, 0);
            struct event_triple event = wait_of_callback(thread, packed);
            packed = code_call(task->callback, &event);
        }
    }
    unregister_thread(thread);
    if (task->flags & CALL_TYPE_ASYNC && needs_exclusive(task)) instance_of(task->instance)->exclusive = NULL;
}

static void thread_main(struct thread *thread) {
    if (thread == thread->task->implicit) {
        implicit_main(thread);
        /* Another thread of the task may come to lie where this one did. */
        thread->task->implicit = NULL;
        return;
    }
    code_call(thread->code, thread);
    unregister_thread(thread);
}

/* Before what the callee returns is moved to the caller, and after. */
EXPORT("task_returns") void task_returns(struct call *task) {
    if (task->state == TASK_RESOLVED) fail_task(TASK_TRAP_RESOLVED_TWICE, 0);
    if (task->borrows) fail(TRAP_BORROWS, 0);
}
EXPORT("task_returned") void task_returned(struct call *task) {
    if (task->later) return;
    /* A function of the system's that was told so has ended its wait before the time. */
    bool cancelled = !task->instance && task->state == TASK_CANCEL_DELIVERED;
    task->state = TASK_RESOLVED;
    task->subtask = cancelled ? SUBTASK_CANCELLED_BEFORE_RETURNED : SUBTASK_RETURNED;
    if (task->in_table) mark_pending(&task->waitable, true);
}

/* task.return: where the values go, which `task_return_values` then gives to the caller. */
EXPORT("task_return") u64 *task_return(u32 instance, u32 returns) {
    struct call *task = current->task;
    if (!task || task->instance != instance || !(task->flags & CALL_LIFTED_ASYNC) || task->returns != returns)
        fail_task(TASK_TRAP_TASK_RETURN, 0);
    task_returns(task);
    return task->results;
}
EXPORT("task_return_values") void task_return_values(void) {
    struct call *task = current->task;
    if (task->resolve) code_call(task->resolve, task);
    task_returned(task);
}

EXPORT("task_cancel") void task_cancel(u32 instance) {
    struct call *task = current->task;
    if (!task || task->instance != instance || !(task->flags & CALL_LIFTED_ASYNC)) fail_task(TASK_TRAP_TASK_RETURN, 0);
    if (task->state == TASK_RESOLVED) fail_task(TASK_TRAP_RESOLVED_TWICE, 0);
    if (task->state != TASK_CANCEL_DELIVERED) fail_task(TASK_TRAP_NOT_CANCELLED, 0);
    if (task->borrows) fail(TRAP_BORROWS, 0);
    task->state = TASK_RESOLVED;
    task->subtask = SUBTASK_CANCELLED_BEFORE_RETURNED;
    if (task->in_table) mark_pending(&task->waitable, true);
}

/* The caller. */

/* What the caller's code fills with its parameters. */
EXPORT("call_new") struct call *call_new(u32 caller, u32 instance, u32 flags) {
    if (caller && !(flags & CALL_LOWERED_ASYNC) && flags & CALL_TYPE_ASYNC) check_may_block();
    struct call *call = allocate(sizeof *call);
    __builtin_memset(call, 0, sizeof *call);
    call->references = 1;
    call->waitable.kind = EVENT_SUBTASK;
    call->caller = caller;
    call->instance = instance;
    call->flags = flags;
    return call;
}

static void run_until_done(struct call *call) {
    /* Threads of its instance go on meanwhile, and no others. */
    while (call->state != TASK_RESOLVED) {
        struct thread *thread = candidate(call->instance);
        if (!thread) fail_blocked();
        thread_resume(thread, false);
    }
}

/* Calls; for a caller that waits, until there is a result. Its status for others: state and number of the subtask. */
EXPORT("call_run") u32 call_run(struct call *call, u32 start, u32 resolve, u32 callback, u32 returns) {
    call->start = start;
    call->resolve = resolve;
    call->callback = callback;
    call->returns = returns;
    instance_enter(call->instance, call->caller);
    /* Whoever keeps it from being entered may be able to go on, and leave. */
    struct thread *thread = instance_of(call->instance)->exclusive;
    if (call->flags & CALL_TYPE_ASYNC && needs_exclusive(call) && thread && thread->wait && is_ready(thread))
        thread_resume(thread, false);
    thread = new_thread(call);
    call->implicit = thread;
    thread_resume(thread, false);
    if (!(call->flags & CALL_TYPE_ASYNC)) run_until_done(call);
    set_entered(call->instance, call->caller, false);
    if (!(call->flags & CALL_LOWERED_ASYNC)) {
        if (!is_resolved(call)) {
            call->waiter = current;
            if (current == &root) run_until_resolved(call);
            else thread_wait(WAIT_RESOLVED, call, false);
        }
        deliver_resolve(call);
        return 0;
    }
    if (is_resolved(call)) {
        deliver_resolve(call);
        call_release(call);
        return SUBTASK_RETURNED;
    }
    call->in_table = true;
    call->waitable.index = add(call->caller, (struct handle){.type = TYPE_SUBTASK, .rep = (u32)call, .own = true});
    return call->subtask | call->waitable.index << 4;
}
EXPORT("call_done") void call_done(struct call *call) {
    call_release(call);
}

/* The time has come. */
static void returns_now(struct call *call) {
    end_later(call);
    task_returned(call);
    /* Those that called functions whose times have come go on in the order of the times. */
    if (call->waiter && call->waiter->wait) list_again(call->waiter);
    call_release(call);
}

static void request_cancel(struct call *task, u32 caller) {
    if (task->later) {
        end_later(task);
        task->state = TASK_CANCEL_DELIVERED;
        task_returned(task);
        call_release(task);
        return;
    }
    if (task->state == TASK_INITIAL) {
        task->state = TASK_CANCEL_DELIVERED;
        thread_resume(task->implicit, true);
        return;
    }
    struct instance *in = instance_of(task->instance);
    for (u32 i = 1; i < in->thread_size && may_enter(task->instance, caller); i++) {
        struct thread *thread = in->threads[i];
        if (!thread || thread->task != task || !thread->cancellable) continue;
        if (thread == task->implicit && needs_exclusive(task) && in->exclusive && in->exclusive != thread) continue;
        task->state = TASK_CANCEL_DELIVERED;
        set_entered(task->instance, caller, true);
        thread_resume(thread, true);
        set_entered(task->instance, caller, false);
        return;
    }
    task->state = TASK_PENDING_CANCEL;
}

static struct call *subtask_at(u32 instance, u32 index) {
    return (struct call *)find(instance, TYPE_SUBTASK, index)->rep;
}

EXPORT("subtask_cancel") u32 subtask_cancel(u32 instance, u32 async, u32 index) {
    if (!async) check_may_block();
    struct call *call = subtask_at(instance, index);
    if (call->delivered || call->cancel_requested) fail_task(TASK_TRAP_SUBTASK_DONE, 0);
    if (call->waitable.set && !async) fail_task(TASK_TRAP_SYNC_IN_SET, 0);
    if (!is_resolved(call)) {
        call->cancel_requested = true;
        request_cancel(call, instance);
        if (!is_resolved(call)) {
            if (async) return BLOCKED;
            /* What there is to be taken meanwhile may tell of its beginning. */
            call->waitable.has_sync_waiter = true;
            thread_wait(WAIT_RESOLVED, call, false);
            call->waitable.has_sync_waiter = false;
        }
    }
    mark_pending(&call->waitable, false);
    deliver_resolve(call);
    return call->subtask;
}

EXPORT("subtask_drop") void subtask_drop(u32 instance, u32 index) {
    struct call *call = subtask_at(instance, index);
    if (!call->delivered) fail_task(TASK_TRAP_SUBTASK_DROP, 0);
    take_out(instance, index);
    call->in_table = false;
    join_set(&call->waitable, NULL);
    call_release(call);
}
