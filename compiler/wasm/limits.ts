/**
 * How large a module may be. The numbers are those that the specification of the JavaScript API gives browsers
 * ("Implementation-defined Limits"), and V8's where it gives none: what they refuse no one ships, and below them time and
 * memory grow with the module's bytes. The last ones are ours: C compilers nest no deeper, a block or call of a few bytes
 * may take and leave a thousand values, and a name may stand in each.
 */
import { CompileError } from '../errors.ts'

export const LIMITS = {
  'bytes of a module': 1_073_741_824,
  types: 1_000_000,
  functions: 1_000_000,
  imports: 1_000_000,
  exports: 1_000_000,
  globals: 1_000_000,
  tags: 1_000_000,
  tables: 100_000,
  memories: 100,
  'element segments': 10_000_000,
  'elements of a segment': 10_000_000,
  'data segments': 100_000,
  'parameters of a function': 1000,
  'results of a function': 1000,
  'fields of a struct': 10_000,
  'elements of array.new_fixed': 10_000,
  'supertypes of a type': 63,
  'locals of a function': 50_000,
  'bytes of a function': 7_654_321,
  'labels of a branch table': 65_520,
  'catch clauses': 10_000,
  'bytes of a name': 100_000,
  'characters of C in a file': 200_000_000,
  'operations on imported constants': 1000,
  'operands on the stack': 1_000_000,
  'operands of blocks and calls': 50_000_000,
} as const

export type Limited = keyof typeof LIMITS

/** Refuses more of something than its limit. */
export function checkLimit(what: Limited, count: number, offset: number): void {
  const limit = LIMITS[what]
  if (count <= limit) return
  const number = (value: number): string => value.toLocaleString('en-US')
  throw new CompileError(`${number(count)} ${what}, where ${number(limit)} are the limit`, {
    code: 'unsupported',
    offset,
    hint: 'browsers have the same limit or run out of memory: split the module, or generate less of it',
  })
}
