/* What support.c offers to the driver of a module. */
#include "exception.h"
#include "program.h"
#include "table.h"

void fuzz_text(const char *text);
void fuzz_hex(u64 value, u32 digits);
void fuzz_f32(f32 value);
void fuzz_f64(f64 value);
void fuzz_memory(const u8 *memory, u64 size);
_Noreturn void fuzz_end(void);
_Noreturn void fuzz_uncaught(void);
u32 fuzz_begin(void);

#define MAX_DEPTH 8

/* The one external reference that is not null: even, which no i31 is. */
#define TOKEN ((externref)16)

/* What imports may do to the module; defined by its driver. */
static void call_export(u32 index);
