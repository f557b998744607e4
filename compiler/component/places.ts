/** Where values are while they are moved, and how scalars are read and written there. */
import { F32, F64, I32, I64, type ValType as CoreValType } from '../wasm/types.ts'
import type { FunctionBuilder } from './builder.ts'
import { discriminantSize, layoutOf } from './canonical-abi.ts'
import type { Primitive } from './definitions.ts'
import type { Side } from './sides.ts'
import type { ValType } from './types.ts'

/** Where a value is: core values in locals, or a place in a side's memory. */
export type Place =
  | { kind: 'flat'; locals: number[]; types: CoreValType[]; at: number }
  | { kind: 'memory'; side: Side; address: number; offset: number }

export interface Scalar {
  type: CoreValType
  load: Parameters<FunctionBuilder['access']>[0]
  store: Parameters<FunctionBuilder['access']>[0]
}

const scalar = (type: CoreValType, load: Scalar['load'], store: Scalar['store']): Scalar => ({ type, load, store })

export const SCALARS: Partial<Record<Primitive, Scalar>> = {
  bool: scalar(I32, 'i32_load8_u', 'i32_store8'),
  s8: scalar(I32, 'i32_load8_s', 'i32_store8'),
  u8: scalar(I32, 'i32_load8_u', 'i32_store8'),
  s16: scalar(I32, 'i32_load16_s', 'i32_store16'),
  u16: scalar(I32, 'i32_load16_u', 'i32_store16'),
  s32: scalar(I32, 'i32_load', 'i32_store'),
  u32: scalar(I32, 'i32_load', 'i32_store'),
  s64: scalar(I64, 'i64_load', 'i64_store'),
  u64: scalar(I64, 'i64_load', 'i64_store'),
  f32: scalar(F32, 'f32_load', 'f32_store'),
  f64: scalar(F64, 'f64_load', 'f64_store'),
  char: scalar(I32, 'i32_load', 'i32_store'),
}
export const SIZED: Record<number, Scalar> = { 1: SCALARS.u8!, 2: SCALARS.u16!, 4: SCALARS.u32! }

/** Where the payloads of a variant begin. */
export function payloadOffset(cases: readonly (ValType | undefined)[]): number {
  const size = discriminantSize(cases.length)
  const alignment = cases.reduce((most, type) => Math.max(most, type ? layoutOf(type).alignment : 1), 1)
  return Math.ceil(size / alignment) * alignment
}

/** Some bytes further in memory, or some core values. */
export const moved = (place: Place, bytes: number, values: number): Place =>
  place.kind === 'memory' ? { ...place, offset: place.offset + bytes } : { ...place, at: place.at + values }

const NUMBERS: ReadonlySet<string> = new Set(['u8', 'u16', 'u32', 'u64', 's8', 's16', 's32', 's64', 'f32', 'f64'])

/** Of a type of numbers. */
export const isNumber = (type: ValType): boolean => type.kind === 'primitive' && NUMBERS.has(type.primitive)
