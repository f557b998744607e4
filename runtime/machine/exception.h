/* Exceptions. The values in the buffer come behind 16 bytes, of which the first 8 hold the tag in a copy: its address is the
   reference. */

#define VALUES_AT 16

MACHINE void wasm_machine_throw(const struct wasm_tag *tag, const struct wasm_module *module, u32 function, u32 offset)
{
    wasm_exception = (struct wasm_exception){tag, module, function, offset};
}

MACHINE u64 wasm_machine_exception_reference(void)
{
    u64 *words = (u64 *)wasm_exception_values;
    words[0] = (u64)wasm_exception.tag;
    words[1] = 0;
    return wasm_exception_keep(VALUES_AT + wasm_exception.tag->size);
}

MACHINE void wasm_machine_throw_reference(const struct wasm_tag *const *reference)
{
    __builtin_memcpy(wasm_exception_values, reference, VALUES_AT + (*reference)->size);
    wasm_exception.tag = *reference;
}
