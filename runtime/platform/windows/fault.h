/* Faults, by a vectored exception handler. */

#define WIN_EXCEPTION_CONTINUE_SEARCH 0
#define WIN_ACCESS_VIOLATION 0xC0000005u
#define WIN_IN_PAGE_ERROR 0xC0000006u
#define WIN_STACK_OVERFLOW 0xC00000FDu
/* What else the processor reports: breakpoints, misalignment, illegal instructions, arithmetic. */
static const u32 win_fault_codes[] = {
    0x80000003, 0x80000002, 0xC000001D, 0xC0000025, 0xC0000094, 0xC0000095, 0xC0000096};
/* Room that is left when the stack has overflowed, enough to get away from it. */
#define WIN_STACK_RESERVE 0x8000

static struct process_fault win_fault;

static void win_report_fault(void) {
    trap_on_fault(&win_fault);
    process_exit(1);
}

static bool win_is_fault(u32 code) {
    if (code == WIN_ACCESS_VIOLATION || code == WIN_IN_PAGE_ERROR) return true;
    if (code == WIN_STACK_OVERFLOW) return true;
    for (u32 i = 0; i < sizeof win_fault_codes / sizeof *win_fault_codes; i++)
        if (code == win_fault_codes[i]) return true;
    return false;
}

/* Sees every exception first, those that others raise and handle too. */
static i32 win_on_fault(struct win_exception *exception) {
    const struct win_exception_record *record = exception->record;
    static __attribute__((aligned(16))) u8 stack[0x8000];
    if (!win_is_fault(record->code)) return WIN_EXCEPTION_CONTINUE_SEARCH;
#ifdef WASM_THREADED
    /* The first of several threads ends the others: what follows stands here once. */
    static u8 entered;
    while (__atomic_exchange_n(&entered, 1, __ATOMIC_RELAXED)) SwitchToThread();
#endif
    win_fault.address = record->parameter_count > 1 ? record->parameters[1] : (u64)record->address;
#ifdef WASM_LIBRARY
    win_fault.pc = (u64)record->address;
#else
    win_fault.pc = win_blamed_pc((u64)record->address, exception->context);
#endif
    win_fault.stack_overflow = record->code == WIN_STACK_OVERFLOW;
    /* Above the top: where a function may keep its arguments. */
    if (win_fault.stack_overflow) stack_enter(stack + sizeof stack - 64, win_report_fault);
    trap_on_fault(&win_fault);
    return WIN_EXCEPTION_CONTINUE_SEARCH;
}

/* Of the stack that runs. */
static void win_keep_reserve(void) {
    u32 reserve = WIN_STACK_RESERVE;
    SetThreadStackGuarantee(&reserve);
}

INTERNAL void process_handle_faults(void) {
    win_keep_reserve();
    AddVectoredExceptionHandler(1, win_on_fault);
}
