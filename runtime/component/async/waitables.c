/* Sets of what a component waits for, and the events that come. */
#include "tasks.h"

#define BLOCKED 0xffffffffu

/* Types of handles that are no resources: the kind, and for streams and futures the number of their type. */
#define TYPE_OF(kind, number) (0x80000000u | (u32)(kind) << 28 | (number))
#define TYPE_SUBTASK TYPE_OF(EVENT_SUBTASK, 0)
#define TYPE_SET TYPE_OF(EVENT_TASK_CANCELLED, 0)

static void leave_set(struct waitable *waitable) {
    struct set *set = waitable->set;
    if (set->last_pending == waitable) set->last_pending = waitable->before;
    if (waitable->next) waitable->next->before = waitable->before;
    else set->last = waitable->before;
    if (waitable->before) waitable->before->next = waitable->next;
    else set->first = waitable->next;
    waitable->set = NULL;
}

static void join_set(struct waitable *waitable, struct set *set) {
    if (waitable->set) leave_set(waitable);
    waitable->set = set;
    if (!set) return;
    struct waitable *before = waitable->pending ? set->last_pending : set->last;
    struct waitable *next = before ? before->next : set->first;
    waitable->before = before;
    waitable->next = next;
    if (before) before->next = waitable;
    else set->first = waitable;
    if (next) next->before = waitable;
    else set->last = waitable;
    if (waitable->pending) set->last_pending = waitable;
}

/* Whether it has an event. */
static void mark_pending(struct waitable *waitable, bool pending) {
    struct set *set = waitable->set;
    if (waitable->pending == pending) return;
    if (set) leave_set(waitable);
    waitable->pending = pending;
    if (set) join_set(waitable, set);
}

static void wait_for_waitable(struct waitable *waitable) {
    waitable->has_sync_waiter = true;
    thread_wait(WAIT_WAITABLE, waitable, false);
    waitable->has_sync_waiter = false;
}

static struct set *set_at(u32 instance, u32 index) {
    return (struct set *)find(instance, TYPE_SET, index)->rep;
}

static struct event_triple take_event(struct set *set) {
    struct waitable *waitable = set->first;
    if (!set_has_event(set)) return (struct event_triple){0};
    return (struct event_triple){waitable->kind, waitable->index, take_payload(waitable)};
}

static struct event_triple wait_for_event(struct set *set, enum wait wait, bool cancellable) {
    set->waiting++;
    bool cancelled = thread_wait(wait, set, cancellable);
    struct event_triple event = {EVENT_TASK_CANCELLED, 0, 0};
    if (!cancelled) event = take_event(set);
    set->waiting--;
    return event;
}

EXPORT("set_new") u32 set_new(u32 instance) {
    struct set *set = allocate(sizeof *set);
    *set = (struct set){0};
    return add(instance, (struct handle){.type = TYPE_SET, .rep = (u32)set, .own = true});
}

/* The event's code; what belongs to it is for the caller's code to fetch. */
static struct event_triple last_event;

EXPORT("set_wait") u32 set_wait(u32 instance, u32 cancellable, u32 index) {
    check_may_block();
    last_event = wait_for_event(set_at(instance, index), WAIT_SET, cancellable);
    return last_event.code;
}
EXPORT("set_poll") u32 set_poll(u32 instance, u32 cancellable, u32 index) {
    struct set *set = set_at(instance, index);
    if (current->task && deliver_cancel(cancellable)) last_event = (struct event_triple){EVENT_TASK_CANCELLED, 0, 0};
    else last_event = take_event(set);
    return last_event.code;
}
EXPORT("event_index") u32 event_index(void) {
    return last_event.index;
}
EXPORT("event_payload") u32 event_payload(void) {
    return last_event.payload;
}

EXPORT("set_drop") void set_drop(u32 instance, u32 index) {
    struct set *set = set_at(instance, index);
    if (set->waiting || set->first) fail_task(TASK_TRAP_SET_WAITERS, 0);
    take_out(instance, index);
    release(set, sizeof *set);
}

EXPORT("waitable_join") void waitable_join(u32 instance, u32 index, u32 set) {
    struct waitable *waitable = waitable_at(instance, index);
    if (waitable->has_sync_waiter) fail_task(TASK_TRAP_SYNC_IN_SET, 0);
    join_set(waitable, set ? set_at(instance, set) : NULL);
}
