/* Threads on Linux without libc: the kernel's clone, thread-local storage laid out as the ABI of each processor asks. */

#define LINUX_SYS_EXIT LINUX_SYSCALL_NUMBER(60, 93)
#define LINUX_SYS_ARCH_PRCTL 158
#define LINUX_ARCH_SET_FS 0x1002
#define LINUX_PT_TLS 7
/* CLONE_VM | FS | FILES | SIGHAND | THREAD | SYSVSEM | SETTLS | PARENT_SETTID | CHILD_CLEARTID */
#define LINUX_CLONE_THREAD 0x3d0f00

struct linux_program_header {
    u32 type, flags;
    u64 offset, address, physical, file_size, size, align;
};

/* What the linker laid out; nothing where a program has no thread-local variables. */
static struct linux_program_header linux_tls = {.align = 1};

/* The stacks of all threads but the first, side by side: each begins with a guard. */
#define LINUX_THREAD_COUNT 2048ull
#define LINUX_THREAD_SIZE 0x1000000ull
static u8 *linux_thread_stacks;

/* A thread's variables lie above its stack in the slot. A program with more of them starts no threads. */
#define LINUX_TLS_MAX 0x400000ull

/* Of the thread in each slot, not 0 while it runs: the kernel clears it when the thread is gone. */
static u32 linux_thread_ids[LINUX_THREAD_COUNT];

struct linux_thread {
    u32 number, argument;
    u8 *guard;
    struct linux_signal_stack signals;
};

static u64 linux_align_up(u64 value, u64 align) {
    return (value + align - 1) & ~(align - 1);
}

/* Lays out the storage of a thread below `end`. The thread pointer; what is free ends at *bottom. */
static u8 *linux_tls_create(u8 *end, u8 **bottom) {
    u64 align = linux_tls.align > 16 ? linux_tls.align : 16;
    u8 *pointer, *block;
#if defined(__x86_64__)
    pointer = (u8 *)(((u64)end - 16) & ~(align - 1));
    block = pointer - linux_align_up(linux_tls.size, linux_tls.align);
    *bottom = block;
    *(u8 **)pointer = pointer;
#else
#if defined(__aarch64__)
    u64 head = linux_align_up(16, align);
#else
    u64 head = 0;
#endif
    pointer = (u8 *)(((u64)end - head - linux_tls.size) & ~(align - 1));
    block = pointer + head;
    *bottom = pointer;
#endif
    __builtin_memcpy(block, (const u8 *)linux_tls.address, linux_tls.file_size);
    __builtin_memset(block + linux_tls.file_size, 0, linux_tls.size - linux_tls.file_size);
    return pointer;
}

static void linux_find_tls(void) {
    const struct linux_program_header *headers = (const struct linux_program_header *)linux_auxiliary(LINUX_AT_PHDR);
    u64 count = linux_auxiliary(LINUX_AT_PHNUM);
    for (u64 i = 0; i < count; i++)
        if (headers[i].type == LINUX_PT_TLS) linux_tls = headers[i];
}

INTERNAL void process_prepare_threads(void) {
    u8 *room, *bottom, *pointer;
    u64 size;
    linux_find_tls();
    size = linux_align_up(linux_tls.size + 2 * linux_tls.align + 64, 0x10000);
    room = process_reserve(NULL, size);
    if (!room || !process_commit(room, size)) wasm_fail("not enough memory for the program's first thread");
    pointer = linux_tls_create(room + size, &bottom);
#if defined(__x86_64__)
    linux_syscall(LINUX_SYS_ARCH_PRCTL, LINUX_ARCH_SET_FS, pointer);
#elif defined(__aarch64__)
    __asm__ volatile("msr tpidr_el0, %0" : : "r"(pointer) : "memory");
#else
    __asm__ volatile("mv tp, %0" : : "r"(pointer) : "memory");
#endif
}

_Noreturn static void linux_thread_main(struct linux_thread *thread) {
    linux_stack_guard = thread->guard;
    linux_syscall(LINUX_SYS_SIGALTSTACK, &thread->signals, NULL);
    threads_run(thread->number, thread->argument);
    for (;;) linux_syscall(LINUX_SYS_EXIT, 0);
}

/* The new thread takes what to call and with what from its stack. Negative if there is no thread. */
static i64 linux_clone(u64 *stack, u32 *id, u8 *pointer, struct linux_thread *thread) {
    *--stack = (u64)thread;
    *--stack = (u64)linux_thread_main;
#if defined(__x86_64__)
    i64 result;
    register u32 *clear __asm__("r10") = id;
    register u8 *storage __asm__("r8") = pointer;
    __asm__ volatile(
        "syscall\n\ttestq %%rax, %%rax\n\tjnz 1f\n\txorl %%ebp, %%ebp\n\tpopq %%rax\n\tpopq %%rdi\n\t"
        "callq *%%rax\n\tud2\n1:"
        : "=a"(result)
        : "a"(56ll), "D"(LINUX_CLONE_THREAD), "S"(stack), "d"(id), "r"(clear), "r"(storage)
        : "rcx", "r11", "memory");
    return result;
#else
    register i64 flags __asm__(LINUX_ARGUMENT_0) = LINUX_CLONE_THREAD;
    register u64 *top __asm__(LINUX_ARGUMENT_1) = stack;
    register u32 *set __asm__(LINUX_ARGUMENT_2) = id;
    register u8 *storage __asm__(LINUX_ARGUMENT_3) = pointer;
    register u32 *clear __asm__(LINUX_ARGUMENT_4) = id;
    __asm__ volatile(
        LINUX_TRAP
#if defined(__aarch64__)
        "\n\tcbnz x0, 1f\n\tmov x29, #0\n\tldp x1, x0, [sp], #16\n\tblr x1\n\tbrk #0\n1:"
#else
        "\n\tbnez a0, 1f\n\tli s0, 0\n\tld a1, 0(sp)\n\tld a0, 8(sp)\n\taddi sp, sp, 16\n\t"
        "jalr a1\n\tebreak\n1:"
#endif
        : "+r"(flags)
        : [number] "i"(220), "r"(top), "r"(set), "r"(storage), "r"(clear)
        : LINUX_CLOBBERS);
    return flags;
#endif
}

/* A slot whose thread is gone; NULL if all are taken. */
static u32 *linux_take_slot(void) {
    for (u32 i = 0; i < LINUX_THREAD_COUNT; i++) {
        u32 free = 0;
        if (__atomic_compare_exchange_n(
                &linux_thread_ids[i], &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            return &linux_thread_ids[i];
    }
    return NULL;
}

/* False while there is no room for the stacks of threads. */
static bool linux_reserve_stacks(void) {
    u8 *none = NULL, *room;
    if (__atomic_load_n(&linux_thread_stacks, __ATOMIC_ACQUIRE)) return true;
    room = process_reserve(NULL, LINUX_THREAD_COUNT * LINUX_THREAD_SIZE);
    if (!room) return false;
    if (!__atomic_compare_exchange_n(
            &linux_thread_stacks, &none, room, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        linux_syscall(LINUX_SYS_MUNMAP, room, LINUX_THREAD_COUNT * LINUX_THREAD_SIZE);
    return true;
}

INTERNAL bool process_start_thread(u32 number, u32 argument) {
    u32 *id;
    u8 *slot, *end, *pointer;
    struct linux_thread *thread;
    if (linux_tls.size > LINUX_TLS_MAX || !linux_reserve_stacks() || !(id = linux_take_slot())) return false;
    slot = linux_thread_stacks + (u64)(id - linux_thread_ids) * LINUX_THREAD_SIZE;
    if (!process_commit(slot + LINUX_STACK_GUARD_SIZE, LINUX_THREAD_SIZE - LINUX_STACK_GUARD_SIZE)) goto failed;
    end = slot + LINUX_THREAD_SIZE - LINUX_SIGNAL_STACK_SIZE;
    thread = (struct linux_thread *)end - 1;
    thread->number = number;
    thread->argument = argument;
    thread->guard = slot;
    thread->signals = (struct linux_signal_stack){end, 0, LINUX_SIGNAL_STACK_SIZE};
    pointer = linux_tls_create((u8 *)thread, &end);
    if (linux_clone((u64 *)((u64)end & ~15ull), id, pointer, thread) > 0) return true;
failed:
    __atomic_store_n(id, 0, __ATOMIC_RELEASE);
    return false;
}
