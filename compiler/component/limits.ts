/** Bounds of what components may hold, so that time and memory grow with their bytes. */
import { CompileError } from '../errors.ts'

export const LIMITS = {
  /** Components in components, and types of them in one another. */
  'levels of nested components': 100,
  'fields of a type': 10_000,
  'levels of a value type': 100,
  'parts of a value type': 1_000_000,
  /** What validation does is counted, since types that refer to each other can mean far more than they weigh. */
  'steps to compare types': 50_000_000,
  'instances of core modules': 1000,
  /** A type of many parts is moved by code for each of them, in each call that has it. */
  'values that are moved between components': 200_000,
  /** Each has code of its own. */
  'pairs of memories that streams connect': 10_000,
} as const

export type Limited = keyof typeof LIMITS

export function checkLimit(what: Limited, count: number, offset: number): void {
  const limit = LIMITS[what]
  if (count <= limit) return
  throw new CompileError(`more than ${limit.toLocaleString('en-US')} ${what}`, {
    code: 'unsupported',
    offset,
    hint: 'split the component, or generate less of it',
  })
}
