/* Streams and futures (CanonicalABI.md / Stream State, Future State): what one side writes is moved to where the other reads when
   both have said where; nothing is kept in between. */
#include "tasks.h"

enum copy_state { COPY_IDLE, COPY_COPYING, COPY_CANCELLING, COPY_DONE };
enum copy_result { COPY_COMPLETED, COPY_DROPPED, COPY_CANCELLED };

struct shared {
    u32 type;
    bool is_future, dropped;
    u32 ends;
    struct end *waiting; /* that has said where, and may be copied to or from */
    struct pump *writer, *reader; /* a side that is the system's has no end */
};

struct end {
    struct waitable waitable;
    struct shared *shared;
    enum copy_state state;
    enum copy_result result;
    bool reclaims; /* what it said stands until it is told of what came */
    u32 instance, site, size, address, length, progress;
};

static void pump_changed(struct pump *pump, struct shared *shared);

static bool is_writer(const struct end *end) {
    return end->waitable.kind == EVENT_STREAM_WRITE || end->waitable.kind == EVENT_FUTURE_WRITE;
}

/* The system, where it is the other side. */
static struct pump *pump_of(const struct end *end) {
    return is_writer(end) ? end->shared->reader : end->shared->writer;
}

static void shared_release(struct shared *shared) {
    if (!--shared->ends) release(shared, sizeof *shared);
}

static u32 new_end(u32 instance, enum event_code kind, struct shared *shared) {
    struct end *end = allocate(sizeof *end);
    *end = (struct end){.waitable.kind = kind, .shared = shared, .instance = instance};
    end->waitable.index =
        add(instance, (struct handle){.type = TYPE_OF(kind, shared->type), .rep = (u32)end, .own = true});
    return end->waitable.index;
}

static struct shared *new_shared(u32 type, bool is_future) {
    struct shared *shared = allocate(sizeof *shared);
    *shared = (struct shared){.type = type, .is_future = is_future, .ends = 2};
    return shared;
}

EXPORT("end_new") u64 end_new(u32 instance, u32 type, u32 is_future) {
    struct shared *shared = new_shared(type, is_future);
    u32 read = new_end(instance, is_future ? EVENT_FUTURE_READ : EVENT_STREAM_READ, shared);
    u32 write = new_end(instance, is_future ? EVENT_FUTURE_WRITE : EVENT_STREAM_WRITE, shared);
    return read | (u64)write << 32;
}

static struct end *end_at(u32 instance, enum event_code kind, u32 type, u32 index) {
    return (struct end *)find(instance, TYPE_OF(kind, type), index)->rep;
}

static void end_free(struct end *end) {
    join_set(&end->waitable, NULL);
    shared_release(end->shared);
    release(end, sizeof *end);
}

/* A readable end leaves an instance: what comes to another one is what both ends share. */
EXPORT("end_take") struct shared *end_take(u32 instance, u32 type, u32 is_future, u32 index) {
    struct end *end = end_at(instance, is_future ? EVENT_FUTURE_READ : EVENT_STREAM_READ, type, index);
    if (end->state == COPY_DONE) fail_task(is_future ? TASK_TRAP_FUTURE_LIFT_DONE : TASK_TRAP_STREAM_LIFT_DONE, 0);
    if (end->state != COPY_IDLE) fail_task(is_future ? TASK_TRAP_FUTURE_REMOVE : TASK_TRAP_STREAM_REMOVE, 0);
    if (end->waitable.set) fail_task(is_future ? TASK_TRAP_FUTURE_LIFT_SET : TASK_TRAP_STREAM_LIFT_SET, 0);
    struct shared *shared = end->shared;
    shared->ends++;
    take_out(instance, index);
    end_free(end);
    return shared;
}
EXPORT("end_give") u32 end_give(u32 instance, u32 type, u32 is_future, struct shared *shared) {
    /* The system does not know the numbers of types. */
    shared->type = type;
    return new_end(instance, is_future ? EVENT_FUTURE_READ : EVENT_STREAM_READ, shared);
}

static void notify(struct end *end, enum copy_result result, bool reclaims) {
    end->result = result;
    end->reclaims = reclaims;
    mark_pending(&end->waitable, true);
}

/* Who waits is told, and what it said counts no more. */
static void notify_waiting(struct shared *shared, enum copy_result result) {
    struct end *end = shared->waiting;
    shared->waiting = NULL;
    notify(end, result, false);
}

/* What an operation gives, when its end is told. */
static u32 end_payload(struct end *end) {
    struct shared *shared = end->shared;
    mark_pending(&end->waitable, false);
    if (end->reclaims && shared->waiting == end) shared->waiting = NULL;
    bool done = end->result == COPY_DROPPED || (shared->is_future && end->result == COPY_COMPLETED);
    end->state = done ? COPY_DONE : COPY_IDLE;
    return shared->is_future ? end->result : end->result | end->progress << 4;
}

static u32 take_payload(struct waitable *waitable) {
    if (waitable->kind != EVENT_SUBTASK) return end_payload((struct end *)waitable);
    struct call *call = (struct call *)((u8 *)waitable - offsetof(struct call, waitable));
    mark_pending(waitable, false);
    if (is_resolved(call)) deliver_resolve(call);
    return call->subtask;
}

static struct waitable *waitable_at(u32 instance, u32 index) {
    struct table *table = table_of(instance);
    if (index >= table->size || !table->handles[index].type) fail(TRAP_HANDLE, index);
    const struct handle *handle = &table->handles[index];
    if (handle->type < 0x80000000u || handle->type == TYPE_SET) fail(TRAP_HANDLE_TYPE, index);
    if (handle->type == TYPE_SUBTASK) return &((struct call *)handle->rep)->waitable;
    return &((struct end *)handle->rep)->waitable;
}

/* Between the ends: elements or, where they have no values, their number alone. */
static void move_elements(struct end *end, struct end *other, u32 count) {
    struct end *writer = is_writer(end) ? end : other, *reader = is_writer(end) ? other : end;
    u32 from = writer->progress, to = reader->progress;
    if (writer->size && count)
        code_copy(writer->site, reader->site, writer->address + from * writer->size, reader->address + to * reader->size,
            count);
    writer->progress = from + count;
    reader->progress = to + count;
}

static void copy_stream(struct end *end) {
    struct shared *shared = end->shared;
    struct end *other = shared->waiting;
    u32 here = end->length, there = other->length - other->progress;
    if (there) {
        if (here) {
            move_elements(end, other, here < there ? here : there);
            notify(other, COPY_COMPLETED, true);
        }
        notify(end, COPY_COMPLETED, false);
    } else if (is_writer(end) && !here && !other->length) {
        notify(end, COPY_COMPLETED, false);
    } else {
        notify_waiting(shared, COPY_COMPLETED);
        shared->waiting = end;
    }
}

static void end_copy(struct end *end, bool may_share) {
    struct shared *shared = end->shared;
    struct end *other = shared->waiting;
    if (shared->dropped) {
        notify(end, COPY_DROPPED, false);
    } else if (!other) {
        shared->waiting = end;
    } else {
        if (other->instance == end->instance && !may_share)
            fail_task(shared->is_future ? TASK_TRAP_INTRA_FUTURE : TASK_TRAP_INTRA_STREAM, 0);
        if (!shared->is_future) {
            copy_stream(end);
        } else {
            move_elements(end, other, 1);
            notify_waiting(shared, COPY_COMPLETED);
            notify(end, COPY_COMPLETED, false);
        }
    }
}

/* What all of it begins with; then the caller's code looks at the place in memory. */
EXPORT("copy_begin") struct end *copy_begin(u32 instance, u32 kind, u32 type, u32 async, u32 index) {
    static const u8 done[] = {0, 0, TASK_TRAP_STREAM_READ_DONE, TASK_TRAP_STREAM_WRITE_DONE, TASK_TRAP_FUTURE_READ_DONE,
        TASK_TRAP_FUTURE_WRITE_DONE};
    if (!async) check_may_block();
    struct end *end = end_at(instance, kind, type, index);
    if (end->state == COPY_DONE) fail_task(done[kind], 0);
    if (end->state != COPY_IDLE) fail_task(TASK_TRAP_CONCURRENT, 0);
    if (end->waitable.set && !async) fail_task(TASK_TRAP_SYNC_IN_SET, 0);
    return end;
}

static u32 finish_copy(struct end *end, bool async) {
    if (!end->waitable.pending) {
        if (async) return BLOCKED;
        wait_for_waitable(&end->waitable);
    }
    return end_payload(end);
}

/* `size`: of an element; `may_share`: both ends may be of one instance. */
EXPORT("copy_run") u32 copy_run(
    struct end *end, u32 site, u32 size, u32 async, u32 may_share, u32 address, u32 length) {
    if (length >= 1u << 28) fail(TRAP_TOO_LONG, 0);
    end->site = site;
    end->size = size;
    end->address = address;
    end->length = length;
    end->progress = 0;
    end->state = COPY_COPYING;
    end_copy(end, may_share);
    /* The system does at once what it can. */
    struct pump *pump = pump_of(end);
    if (pump && end->shared->waiting == end) pump_changed(pump, end->shared);
    return finish_copy(end, async);
}

EXPORT("copy_cancel") u32 copy_cancel(u32 instance, u32 kind, u32 type, u32 async, u32 index) {
    if (!async) check_may_block();
    struct end *end = end_at(instance, kind, type, index);
    if (end->state != COPY_COPYING || end->waitable.has_sync_waiter) fail_task(TASK_TRAP_NOT_COPYING, 0);
    if (end->waitable.set && !async) fail_task(TASK_TRAP_SYNC_IN_SET, 0);
    end->state = COPY_CANCELLING;
    if (!end->waitable.pending) notify_waiting(end->shared, COPY_CANCELLED);
    else if (!end->shared->is_future && end->result == COPY_COMPLETED) end->result = COPY_CANCELLED;
    return finish_copy(end, async);
}

static void end_close(struct end *end) {
    struct shared *shared = end->shared;
    struct pump *pump = pump_of(end);
    if (!shared->dropped) {
        shared->dropped = true;
        if (shared->waiting) notify_waiting(shared, COPY_DROPPED);
    }
    end_free(end);
    if (pump) pump_changed(pump, shared);
}

EXPORT("end_drop") void end_drop(u32 instance, u32 kind, u32 type, u32 index) {
    struct end *end = end_at(instance, kind, type, index);
    struct shared *shared = end->shared;
    bool is_busy = end->state == COPY_COPYING || end->state == COPY_CANCELLING;
    if (kind == EVENT_FUTURE_WRITE && end->state != COPY_DONE)
        fail_task(is_busy ? TASK_TRAP_FUTURE_DROP : TASK_TRAP_FUTURE_UNWRITTEN, 0);
    if (is_busy && is_writer(end)) fail_task(TASK_TRAP_STREAM_DROP, 0);
    if (is_busy) fail_task(shared->is_future ? TASK_TRAP_FUTURE_REMOVE : TASK_TRAP_STREAM_REMOVE, 0);
    take_out(instance, index);
    end_close(end);
}
