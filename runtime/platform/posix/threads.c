/* Threads on macOS, by libSystem. Thread-local variables are its loader's work. */

/* pthread_attr_t, 64 bytes */
struct posix_thread_attributes {
    u64 words[8];
};

int pthread_attr_init(struct posix_thread_attributes *attributes);
int pthread_attr_destroy(struct posix_thread_attributes *attributes);
int pthread_attr_setdetachstate(struct posix_thread_attributes *attributes, int state);
int pthread_attr_setstacksize(struct posix_thread_attributes *attributes, size_t size);
int pthread_attr_setguardsize(struct posix_thread_attributes *attributes, size_t size);
int pthread_create(void **thread, const struct posix_thread_attributes *attributes, void *(*function)(void *),
    void *argument);
void *pthread_self(void);
void *pthread_get_stackaddr_np(void *thread);
size_t pthread_get_stacksize_np(void *thread);

#define POSIX_DETACHED 2

/* Its number and argument are the halves of what a thread is given. */
static void *posix_thread_main(void *both) {
    _Alignas(16) u8 signals[POSIX_SIGNAL_STACK_SIZE];
    const struct posix_signal_stack stack = {signals, sizeof signals, 0};
    const struct posix_signal_stack none = {NULL, POSIX_SIGNAL_STACK_SIZE, POSIX_SS_DISABLE};
    void *self = pthread_self();
    posix_stack_guard = (u8 *)pthread_get_stackaddr_np(self) - pthread_get_stacksize_np(self) - POSIX_STACK_GUARD_SIZE;
    sigaltstack(&stack, NULL);
    threads_run((u32)((u64)both >> 32), (u32)(u64)both);
    sigaltstack(&none, NULL);
    return NULL;
}

INTERNAL void process_prepare_threads(void) {
}

INTERNAL bool process_start_thread(u32 number, u32 argument) {
    struct posix_thread_attributes attributes;
    void *thread, *both = (void *)((u64)number << 32 | argument);
    if (pthread_attr_init(&attributes)) return false;
    bool started = !pthread_attr_setdetachstate(&attributes, POSIX_DETACHED) &&
                   !pthread_attr_setstacksize(&attributes, WASM_STACK_SIZE) &&
                   !pthread_attr_setguardsize(&attributes, POSIX_STACK_GUARD_SIZE) &&
                   !pthread_create(&thread, &attributes, posix_thread_main, both);
    pthread_attr_destroy(&attributes);
    return started;
}
