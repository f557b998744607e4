/** The types that registers and frames know. References are addresses. */
import { F32 as WASM_F32, F64 as WASM_F64, I32 as WASM_I32, V128 as WASM_V128, type ValType } from '../wasm/types.ts'

/** Integers are those below {@link F32}. */
export const I32 = 0
export const I64 = 1
export const F32 = 2
export const F64 = 3
export const V128 = 4
export type Kind = number

/** References, too, are I64. */
export function kindOf(type: ValType): Kind {
  if (type === WASM_I32) return I32
  if (type === WASM_F32) return F32
  if (type === WASM_F64) return F64
  return type === WASM_V128 ? V128 : I64
}

/** Where values lie that follow each other in memory, each aligned to its size, and how many bytes they take. */
export function layout(kinds: readonly Kind[]): { offsets: number[]; size: number } {
  let size = 0
  const offsets = kinds.map((kind) => {
    const bytes = kind === V128 ? 16 : 8
    const offset = (size + bytes - 1) & -bytes
    size = offset + bytes
    return offset
  })
  return { offsets, size }
}
