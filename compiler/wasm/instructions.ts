import type { Locals } from './locals.ts'
import type { Opcode } from './opcodes.ts'
import type { FuncType, ValType } from './types.ts'

/** A memory immediate: alignment as log2, offset (bigint only beyond 2^53), memory index. */
export interface MemArg {
  align: number
  offset: number | bigint
  memory: number
  /** The address is an i64 although the memory's are not: made in c/loops/, never decoded. */
  wide?: true
}

/** A catch clause of try_table: tag is absent for catch_all forms. */
export interface Catch {
  tag?: number
  ref: boolean
  label: number
}

/**
 * One decoded instruction. Which fields are set follows from `op.imm`; `index` is the single index immediate of most
 * instructions (local, global, function, label, type, segment, lane …), `index2` a second one.
 */
export interface Instruction {
  op: Opcode
  /** Byte offset of the opcode in the module. */
  offset: number
  index?: number
  index2?: number
  /** i32.const and i64.const signed, f32.const and f64.const as their bits; the 64-bit ones are bigints. */
  value?: number | bigint
  memarg?: MemArg
  /** Block type, resolved. */
  block?: FuncType
  /** br_table: labels, the default last. */
  labels?: number[]
  /** select with explicit types; ref.null, ref.test and ref.cast: their type; br_on_cast: from, to. */
  types?: ValType[]
  /** v128.const and i8x16.shuffle: 16 bytes. */
  lanes?: Uint8Array
  catches?: Catch[]
}

/** A decoded function body. */
export interface Body {
  /** Those after the parameters. */
  locals: Locals
  /** All of them, the final `end` included. */
  instructions: Instruction[]
}
