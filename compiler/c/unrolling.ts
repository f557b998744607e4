/**
 * Recursion unrolling (Rugina and Rinard, "Recursion Unrolling for Divide and Conquer Programs"): a small function that
 * calls itself is written several times. Each form is inlined into the one that calls it, so that only the calls in the
 * last are real.
 */
import type { Body } from '../wasm/instructions.ts'
import type { Func } from '../wasm/module.ts'
import type { Scope } from './scope.ts'

/** A form of a function. */
export interface Unrolling {
  /** Its name, where it is to be inlined. */
  part?: string
  /** What its calls of the function are written as. */
  callee?: string
}

/** Bytes of wasm by which a function may grow. */
const MAX_GROWTH = 400
const MAX_DEPTH = 2

/** The forms in which a function is written, in order; of most there is one. */
export function unrollings(scope: Scope, func: Func, body: Body): Unrolling[] {
  const depth = unrollingDepth(scope, func, body)
  if (depth === 0) return [{}]
  const name = scope.functions[func.index]
  // As runtime/wasm.h says. Behind a Z no mangled name has `p`, and of a function's own there is one with its number.
  const parts = Array.from({ length: depth }, (_, i) => `${name}_Zpart${depth - i}`)
  return [...parts.map((part, i) => ({ part, callee: parts[i - 1] ?? name })), { callee: `UNROLLED(${name})` }]
}

function unrollingDepth(scope: Scope, func: Func, { instructions }: Body): number {
  const size = func.body!.end - func.body!.start
  if (size > MAX_GROWTH || (scope.graph?.tailCalls(func.index) ?? 'none') !== 'none') return 0
  const calls = instructions.filter(({ op, index }) => op.name === 'call' && index === func.index).length
  if (calls === 0) return 0
  let depth = 0
  for (let copies = calls, total = calls; depth < MAX_DEPTH && total * size <= MAX_GROWTH; total += copies) {
    depth++
    copies *= calls
  }
  return depth
}
