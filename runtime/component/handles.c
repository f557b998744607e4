/* Handles to resources (CanonicalABI.md / Resource State): a table for each component instance. */
#include "host.h"
#ifdef WASM_ASYNC
#include "async/tasks.h"
#endif

struct handle {
    u32 type; /* 0: free */
    u32 rep;  /* of a free one: the next free one */
    bool own;
    u32 lends; /* how often it is lent */
    u32 scope; /* which call lent a borrowed one */
};
struct table {
    struct handle *handles;
    u32 size, room, free;
};
struct scope {
    u32 lends, borrows;
};
struct lend {
    u32 instance, handle;
};

static struct table *tables;
static u32 table_room;
static struct scope *calls;
static u32 call_count, call_room;
static struct lend *lends;
static u32 lend_count, lend_room;

#define MAX_HANDLES (1u << 24)

/* Room for one more. */
static void *with_room(void *list, u32 count, u32 *room, u32 size) {
    if (count < *room)
        return list;
    u32 wider = *room ? *room * 2 : 16;
    if (wider > MAX_HANDLES)
        fail(TRAP_HANDLES, MAX_HANDLES);
    u8 *copy = allocate(wider * size);
    __builtin_memset(copy, 0, wider * size);
    if (list) {
        __builtin_memcpy(copy, list, *room * size);
        release(list, *room * size);
    }
    *room = wider;
    return copy;
}

static struct table *table_of(u32 instance) {
    while (instance >= table_room)
        tables = with_room(tables, table_room, &table_room, sizeof *tables);
    return &tables[instance];
}

static struct handle *find(u32 instance, u32 type, u32 index) {
    struct table *table = table_of(instance);
    if (index >= table->size || !table->handles[index].type)
        fail(TRAP_HANDLE, index);
    if (table->handles[index].type != type)
        fail(TRAP_HANDLE_TYPE, index);
    return &table->handles[index];
}

static u32 add(u32 instance, struct handle handle) {
    struct table *table = table_of(instance);
    u32 index = table->free;
    if (index) {
        table->free = table->handles[index].rep;
    } else {
        if (!table->size)
            table->size = 1; /* 0 is no handle */
        table->handles = with_room(table->handles, table->size, &table->room, sizeof handle);
        index = table->size++;
    }
    table->handles[index] = handle;
    return index;
}

static void take_out(u32 instance, u32 index) {
    struct table *table = table_of(instance);
    table->handles[index] = (struct handle){.rep = table->free};
    table->free = index;
}

EXPORT("handle_new") u32 handle_new(u32 instance, u32 type, u32 rep) {
    return add(instance, (struct handle){.type = type, .rep = rep, .own = true});
}

EXPORT("handle_rep") u32 handle_rep(u32 instance, u32 type, u32 index) {
    return find(instance, type, index)->rep;
}

/* An owned handle that is given away. */
EXPORT("handle_take") u32 handle_take(u32 instance, u32 type, u32 index) {
    struct handle handle = *find(instance, type, index);
    if (!handle.own)
        fail(TRAP_NOT_OWNED, index);
    if (handle.lends)
        fail(TRAP_LENT, index);
    take_out(instance, index);
    return handle.rep;
}

/* What it stands for, and in the upper half whether that is no more. */
EXPORT("handle_drop") u64 handle_drop(u32 instance, u32 type, u32 index) {
    struct handle handle = *find(instance, type, index);
    if (handle.lends)
        fail(TRAP_LENT, index);
    if (!handle.own)
#ifdef WASM_ASYNC
        ((struct call *)handle.scope)->borrows--;
#else
        calls[handle.scope].borrows--;
#endif
    take_out(instance, index);
    return handle.rep | (u64)handle.own << 32;
}

/* For the call that has begun. */
EXPORT("handle_lend") u32 handle_lend(u32 instance, u32 type, u32 index) {
    struct handle *handle = find(instance, type, index);
    handle->lends++;
#ifdef WASM_ASYNC
    /* A call of the system's ends before anything else happens. */
    if (!call_count) {
        call_lend(current->task, instance, index);
        return handle->rep;
    }
#endif
    lends = with_room(lends, lend_count, &lend_room, sizeof *lends);
    lends[lend_count++] = (struct lend){instance, index};
    return handle->rep;
}

EXPORT("handle_borrow") u32 handle_borrow(u32 instance, u32 type, u32 rep) {
#ifdef WASM_ASYNC
    current->task->borrows++;
    return add(instance, (struct handle){.type = type, .rep = rep, .scope = (u32)current->task});
#else
    calls[call_count - 1].borrows++;
    return add(instance, (struct handle){.type = type, .rep = rep, .scope = call_count - 1});
#endif
}

EXPORT("call_begin") void call_begin(void) {
    calls = with_room(calls, call_count, &call_room, sizeof *calls);
    calls[call_count++] = (struct scope){.lends = lend_count};
}

EXPORT("call_end") void call_end(void) {
    struct scope call = calls[--call_count];
    if (call.borrows)
        fail(TRAP_BORROWS, 0);
    while (lend_count > call.lends) {
        struct lend lend = lends[--lend_count];
        tables[lend.instance].handles[lend.handle].lends--;
    }
}
