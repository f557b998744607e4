/**
 * Stores of what is there: `i32.store(p, i32.load(p))`, and whatever comes to that. C compilers leave out such a store, and the
 * load, so that neither would trap out of bounds.
 */
import type { Instruction } from '../wasm/instructions.ts'
import type { Flow } from './flow.ts'
import { Trials } from './trials.ts'

/** One of 2^32 other stores of a byte passes so many. */
const TRIALS = 4

/** The positions of stores that change nothing, as far as a few steps back tell. */
export function storesBack(instructions: readonly Instruction[], flow: Flow): ReadonlySet<number> {
  const found = new Set<number>()
  const trials = new Trials(instructions, flow)
  for (const at of flow.accesses) {
    const { op } = instructions[at]
    if (op.imm !== 'memarg' || op.feature === 'threads' || op.results!.length > 0 || trials.loads(at).length === 0)
      continue
    let trial = 0
    while (trial < TRIALS && trials.storesBack(at, trial)) trial++
    if (trial === TRIALS) found.add(at)
  }
  return found
}
