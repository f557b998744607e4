/** How large the heap of a program with garbage collection may become. */
import { optionError } from './options.ts'

const KIB = 2 ** 10
const UNITS = { K: KIB, M: KIB ** 2, G: KIB ** 3 }
const LEAST = UNITS.M
const MOST = 64 * UNITS.G

/** Bytes. */
export const DEFAULT_HEAP_MAX = 4 * UNITS.G

/** What a user wrote, in bytes: a number of them, or with K, M or G, as in '64M'. @throws CompileError */
export function parseHeapMax(value: unknown): number {
  const [, digits, unit] = /^(\d+)([KMG]?)$/i.exec(String(value)) ?? []
  const hint = 'write bytes, or K, M or G behind a number, from 1M to 64G'
  if (digits === undefined) throw optionError(`heapMax: ${JSON.stringify(value)} is no size`, hint)
  const bytes = Number(digits) * (unit === '' ? 1 : UNITS[unit.toUpperCase() as keyof typeof UNITS])
  if (bytes < LEAST || bytes > MOST) throw optionError(`heapMax: ${String(value)} is not between 1M and 64G`, hint)
  return bytes
}
