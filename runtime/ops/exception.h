/* Instructions on exceptions; modules without them do not include this. */

#include "../exception.h"

/* After a call that may have left an exception. */
#define THROWN UNLIKELY(wasm_exception.tag != NULL)

/* A value of the exception, by its offset in bytes. */
#define EXCEPTION_VALUE(type, offset) (*(type *)(wasm_exception_values + (offset)))

/* Its values have been written. Out of the way: what throws is not what happens most. */
static __attribute__((unused)) WASM_COLD void exception_throw(
    const struct wasm_tag *tag, u32 function, u32 offset)
{
    wasm_exception.module = &WASM_MODULE;
    wasm_exception.function = function;
    wasm_exception.offset = offset;
    wasm_exception.tag = tag;
}

/* A reference to the exception that was just caught. */
WASM_INLINE exnref exception_reference(void) {
    exnref reference = {wasm_exception.tag, 0};
    if (reference.tag->size > sizeof reference.value)
        reference.value = wasm_exception_keep(reference.tag->size);
    else
        __builtin_memcpy(&reference.value, wasm_exception_values, sizeof reference.value);
    return reference;
}

WASM_INLINE void exception_throw_reference(exnref reference) {
    if (reference.tag->size > sizeof reference.value)
        __builtin_memcpy(wasm_exception_values, (const void *)reference.value, reference.tag->size);
    else
        __builtin_memcpy(wasm_exception_values, &reference.value, sizeof reference.value);
    wasm_exception.tag = reference.tag;
}
