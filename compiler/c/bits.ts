/**
 * Which bits of a value certainly decide something; see demand.ts. Nearly always all or none: those are small numbers, and
 * only the others are sets with the lowest bit first.
 */
import { F32, I32, type ValType } from '../wasm/types.ts'

export type Bits = typeof NOTHING | typeof ALL | bigint

export const NOTHING = 0
export const ALL = 1
export const BYTE = 0xffn

const MASK_64 = (1n << 64n) - 1n

export const mask = (width: number): bigint => (width === 64 ? MASK_64 : (1n << BigInt(width)) - 1n)

/** The set of a value of that many bits. */
export function toSet(bits: Bits, width: number): bigint {
  if (bits === NOTHING) return 0n
  return bits === ALL ? mask(width) : bits
}

export function ofSet(set: bigint, width: number): Bits {
  const all = mask(width)
  const bits = set & all
  if (bits === 0n) return NOTHING
  return bits === all ? ALL : bits
}

export function union(a: Bits, b: Bits): Bits {
  if (a === NOTHING || b === ALL) return b
  if (b === NOTHING || a === ALL) return a
  return a | b
}

export function intersection(a: Bits, b: Bits): Bits {
  if (a === ALL || b === NOTHING) return b
  if (b === ALL || a === NOTHING) return a
  const both = a & b
  return both === 0n ? NOTHING : both
}

/** Whether all bits of a value are in the set. */
export const isWhole = (bits: Bits, type: ValType): boolean =>
  bits === ALL || (bits === 0xffffffffn && (type === I32 || type === F32))
