/**
 * Traps, and the table that tells from the address of an instruction which one of the module it was: pairs of numbers (LEB128),
 * twice how far the code and then how far the module's offset is from the pair before; the offset's is signed. One more than twice
 * says that a function begins, with its body's offset; one alone is the end. An address belongs to the last pair at or before it.
 */
import { target } from './assembler.ts'
import { code, Numbers, room } from './code.ts'
import { bind, newLabel } from './labels.ts'
import { symbolOf, unit } from './unit.ts'
import { I32 } from './types.ts'

/** Each is a function of the runtime, `wasm_machine_trap_` and its name, which finds its place by the address it returns to. */
export const TRAP_NAMES = [
  'unreachable',
  'integer_divide_by_zero',
  'integer_overflow',
  'invalid_conversion',
  'undefined_element',
  'uninitialized_element',
  'indirect_call',
  'memory_out_of_bounds',
  'table_out_of_bounds',
  'null_reference',
  'null_function_reference',
  'null_exception_reference',
  'unaligned_atomic',
  'expected_shared_memory',
  'null_structure',
  'null_array',
  'null_i31',
  'array_out_of_bounds',
  'cast_failure',
] as const

export const TRAP = {
  UNREACHABLE: 0,
  INTEGER_DIVIDE_BY_ZERO: 1,
  INTEGER_OVERFLOW: 2,
  INVALID_CONVERSION: 3,
  UNDEFINED_ELEMENT: 4,
  UNINITIALIZED_ELEMENT: 5,
  /** Of another type, which the record in the register `callee` says: 0 where there is no function. */
  INDIRECT_CALL: 6,
  MEMORY_OUT_OF_BOUNDS: 7,
  TABLE_OUT_OF_BOUNDS: 8,
  NULL_REFERENCE: 9,
  NULL_FUNCTION_REFERENCE: 10,
  NULL_EXCEPTION_REFERENCE: 11,
  UNALIGNED_ATOMIC: 12,
  EXPECTED_SHARED_MEMORY: 13,
  NULL_STRUCTURE: 14,
  NULL_ARRAY: 15,
  NULL_I31: 16,
  ARRAY_OUT_OF_BOUNDS: 17,
  CAST_FAILURE: 18,
} as const

/** The table; and the place that the next pair counts from. */
export const places = { bytes: new Uint8Array(1 << 16), at: 0, code: 0, offset: 0 }
/** No function begins where the one before does. */
const END = 1
/** Of the function: label, trap, offset. */
const sites = new Numbers()
/** Where the next one is, as if it were in the module's code: half of the bytes that come before it. */
let behind = 0
const EPILOGUE = 8
const SITE = 3

/** Before the first function. */
export function resetPlaces(): void {
  places.at = places.code = places.offset = 0
}

/** The table, once all functions are written. */
export function finishedPlaces(): Uint8Array {
  const bytes = places.bytes.slice(0, places.at + 1)
  bytes[places.at] = END
  return bytes
}

/** For a function that begins here. */
export const beginPlaces = (): void => addPlace(unit.body, 1)

/** @param end where the function's body ends, behind which traps are */
export function beginTraps(end: number): void {
  sites.length = 0
  behind = end + EPILOGUE
}

/** What is written next belongs to the instruction that is being written, or to the one at `offset`. */
export const place = (offset = unit.offset): void => addPlace(offset, 0)

function addPlace(offset: number, begins: 0 | 1): void {
  if (places.at + 16 > places.bytes.length) {
    const larger = new Uint8Array(places.bytes.length * 2)
    larger.set(places.bytes)
    places.bytes = larger
  }
  const { bytes } = places
  let distance = 2 * (code.at - places.code) + begins
  for (; distance > 127; distance >>>= 7) bytes[places.at++] = distance | 128
  bytes[places.at++] = distance
  let difference = offset - places.offset
  for (; difference < -64 || difference > 63; difference >>= 7) bytes[places.at++] = difference | 128
  bytes[places.at++] = difference & 127
  places.code = code.at
  places.offset = offset
}

/** Traps if a condition holds. */
export function trapIf(condition: number, trap: number): void {
  target.asm.jumpIf(condition, trapSite(trap))
}

export function trapAlways(trap: number): void {
  target.asm.jump(trapSite(trap))
}

function trapSite(trap: number): number {
  const label = newLabel(behind)
  behind += SITE
  sites.push(label)
  sites.push(trap)
  sites.push(unit.offset)
  return label
}

/** Whether the function that is being written calls one of the runtime's that trap. */
export const hasTraps = (): boolean => sites.length > 0

/** Behind the function. */
export function writeTraps(): void {
  const { asm } = target
  for (let i = 0; i < sites.length; i += 3) {
    room(64)
    const trap = sites.values[i + 1]
    bind(sites.values[i])
    if (trap === TRAP.INDIRECT_CALL) asm.loadAt(I32, asm.intArguments[0], asm.callee, 4)
    place(sites.values[i + 2])
    asm.callSymbol(symbolOf(`wasm_machine_trap_${TRAP_NAMES[trap]}`))
  }
}
