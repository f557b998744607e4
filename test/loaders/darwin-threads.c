/* Threads: pthread_create, thread-local variables as dyld provides them, and waiting on a word. */
#include "darwin.h"

/* What the thread pointer leads to: first the thread's copy of the program's variables, for the code below. */
struct mac_thread {
    u8 *variables;
    struct mac_thread *self;
    int error;
    u8 *stack_end;
    size_t stack_size;
    void *(*function)(void *);
    void *argument;
};

/* Of the program: what thread-local variables begin with. */
static const u8 *initial;
static size_t variables_size;

static struct mac_thread *this_thread(void)
{
    struct mac_thread *thread;
#if defined(__x86_64__)
    __asm__ volatile("mov %%fs:8, %0" : "=r"(thread));
#else
    __asm__ volatile("mrs %0, tpidr_el0" : "=r"(thread));
#endif
    return thread;
}

int *mac_error_address(void) { return &this_thread()->error; }

/* The first word of a variable's descriptor, called with its address; all other registers keep their values. The third
 * word is the variable's offset. */
void mac_variable_address(void);
#if defined(__x86_64__)
__asm__("mac_variable_address:\n mov %fs:0, %rax\n add 16(%rdi), %rax\n ret\n");
#else
__asm__("mac_variable_address:\n mrs x16, tpidr_el0\n ldr x16, [x16]\n ldr x17, [x0, #16]\n add x0, x16, x17\n ret\n");
#endif

static struct mac_thread *new_thread(u8 *stack_end, size_t stack_size)
{
    /* In front of the structure, on a page of its own: aligned whatever the variables ask for. */
    size_t size = (variables_size + 4095) & ~(size_t)4095;
    u8 *room = map_pages(NULL, size + sizeof(struct mac_thread), PROT_READ | PROT_WRITE);
    struct mac_thread *thread = (struct mac_thread *)(room + size);
    memcpy(room, initial, variables_size);
    *thread = (struct mac_thread){.variables = room, .self = thread, .stack_end = stack_end, .stack_size = stack_size};
    return thread;
}

void darwin_start_threads(const u8 *variables, size_t size)
{
    initial = variables;
    variables_size = size;
    set_thread_pointer(new_thread(NULL, 0));
}

static void run(void *given)
{
    struct mac_thread *thread = given;
    thread->function(thread->argument);
}

struct mac_attributes { u64 known, stack_size, guard_size, detached, spare[4]; };
enum { MAC_ATTRIBUTES = 0x54485241, MAC_DETACHED = 2 };

static int mac_attr_init(struct mac_attributes *attributes)
{
    *attributes = (struct mac_attributes){MAC_ATTRIBUTES, 512 << 10, 16384, 0, {0}};
    return 0;
}

static int mac_attr_destroy(struct mac_attributes *attributes)
{
    attributes->known = 0;
    return 0;
}

static int mac_attr_setdetachstate(struct mac_attributes *attributes, int state)
{
    attributes->detached = state == MAC_DETACHED;
    return 0;
}

static int mac_attr_setstacksize(struct mac_attributes *attributes, size_t size)
{
    if (size < 16384 || size % 16384 != 0)
        return MAC_EINVAL;
    attributes->stack_size = size;
    return 0;
}

static int mac_attr_setguardsize(struct mac_attributes *attributes, size_t size)
{
    if (size % 16384 != 0)
        return MAC_EINVAL;
    attributes->guard_size = size;
    return 0;
}

static int mac_pthread_create(struct mac_thread **to, const struct mac_attributes *attributes,
                              void *(*function)(void *), void *argument)
{
    if (attributes == NULL || attributes->known != MAC_ATTRIBUTES || !attributes->detached)
        die("pthread_create is for detached threads here", NULL);
    u8 *room = map_pages(NULL, attributes->guard_size + attributes->stack_size, PROT_READ | PROT_WRITE);
    SYSCALL(SYS_mprotect, room, attributes->guard_size, PROT_NONE);
    u8 *end = room + attributes->guard_size + attributes->stack_size;
    struct mac_thread *thread = new_thread(end, attributes->stack_size);
    thread->function = function;
    thread->argument = argument;
    *to = thread;
    return start_thread(end, thread, run, thread) ? 0 : 35; /* EAGAIN */
}

static u8 *mac_stack_end(const struct mac_thread *thread) { return thread->stack_end; }
static size_t mac_stack_size(const struct mac_thread *thread) { return thread->stack_size; }

enum { COMPARE_AND_WAIT = 1, NO_ERRNO = 0x1000000 };

static int mac_ulock_wait(u32 operation, const u32 *word, u64 value, u32 microseconds)
{
    if (operation != (COMPARE_AND_WAIT | NO_ERRNO))
        die("__ulock_wait in a way that this loader does not know", NULL);
    struct timespec limit = {microseconds / 1000000, (i64)(microseconds % 1000000) * 1000};
    long result = futex_wait(word, (u32)value, microseconds == 0 ? NULL : &limit);
    return result == -110 ? -60 : result == -4 ? -4 : 0; /* ETIMEDOUT, EINTR; another value is a wake-up */
}

static int mac_ulock_wake(u32 operation, const u32 *word, u64 value)
{
    (void)value;
    if (operation != (COMPARE_AND_WAIT | NO_ERRNO))
        die("__ulock_wake in a way that this loader does not know", NULL);
    return futex_wake(word) > 0 ? 0 : -MAC_ENOENT;
}

const struct darwin_export darwin_thread_exports[] = {
    {"__tlv_bootstrap", mac_variable_address}, {"_pthread_attr_init", mac_attr_init},
    {"_pthread_attr_destroy", mac_attr_destroy}, {"_pthread_attr_setdetachstate", mac_attr_setdetachstate},
    {"_pthread_attr_setstacksize", mac_attr_setstacksize}, {"_pthread_attr_setguardsize", mac_attr_setguardsize},
    {"_pthread_create", mac_pthread_create}, {"_pthread_self", this_thread},
    {"_pthread_get_stackaddr_np", mac_stack_end}, {"_pthread_get_stacksize_np", mac_stack_size},
    {"___ulock_wait", mac_ulock_wait}, {"___ulock_wake", mac_ulock_wake}, {NULL, NULL},
};
