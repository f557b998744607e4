/* Traps: the place is where the call returns to. */

#define MACHINE_TRAP(name, why) \
    MACHINE _Noreturn WASM_COLD void wasm_machine_trap_##name(void) { TRAP(why, 0, 0); }
MACHINE_TRAP(unreachable, UNREACHABLE)
MACHINE_TRAP(integer_divide_by_zero, INTEGER_DIVIDE_BY_ZERO)
MACHINE_TRAP(integer_overflow, INTEGER_OVERFLOW)
MACHINE_TRAP(invalid_conversion, INVALID_CONVERSION)
MACHINE_TRAP(undefined_element, UNDEFINED_ELEMENT)
MACHINE_TRAP(uninitialized_element, UNINITIALIZED_ELEMENT)
MACHINE_TRAP(memory_out_of_bounds, MEMORY_OUT_OF_BOUNDS)
MACHINE_TRAP(table_out_of_bounds, TABLE_OUT_OF_BOUNDS)
MACHINE_TRAP(null_reference, NULL_REFERENCE)
MACHINE_TRAP(null_function_reference, NULL_FUNCTION_REFERENCE)
MACHINE_TRAP(null_exception_reference, NULL_EXCEPTION_REFERENCE)
MACHINE_TRAP(null_structure, NULL_STRUCTURE)
MACHINE_TRAP(null_array, NULL_ARRAY)
MACHINE_TRAP(null_i31, NULL_I31)
MACHINE_TRAP(array_out_of_bounds, ARRAY_OUT_OF_BOUNDS)
MACHINE_TRAP(out_of_memory, OUT_OF_MEMORY)
MACHINE_TRAP(cast_failure, CAST_FAILURE)
MACHINE_TRAP(unaligned_atomic, UNALIGNED_ATOMIC)
MACHINE_TRAP(expected_shared_memory, EXPECTED_SHARED_MEMORY)

/* Of a constant table's entry of another type than the call's; 0 where there is no function. */
MACHINE _Noreturn WASM_COLD void wasm_machine_trap_indirect_call(u32 type)
{
    if (type == 0) TRAP(UNINITIALIZED_ELEMENT, 0, 0);
    TRAP(INDIRECT_CALL_TYPE_MISMATCH, 0, 0);
}
