/**
 * Loads that a store depends on by more than one instruction and its operands tell: of a sum that is shifted, whose upper bits
 * carries decide, or of `x << 3 ^ x >> 5`. They are found by trial.
 */
import type { Instruction } from '../wasm/instructions.ts'
import type { Module } from '../wasm/module.ts'
import { opcodes } from '../wasm/opcodes.ts'
import type { Flow } from './flow.ts'
import { isUnchecked } from './memories.ts'
import { Trials } from './trials.ts'

const TRIALS = 8
/** In a function, for each instruction and beside that; programs take 1.4 at most. Without an end, each store may take 500. */
const ALL_TRIALS_EACH = 2
const MIN_ALL_TRIALS = 100

/** What is executed with what is in front of it and behind it, or not at all. */
const IS_STRAIGHT = opcodes.map(({ name, imm, params, traps, feature }) => {
  if (traps === true || feature === 'threads') return imm === 'memarg' && feature !== 'threads'
  return /^(local|global|memarg|[if](32|64))$/.test(imm) || (imm === '' && params !== undefined) || name === 'select'
})

/**
 * Of the loads that are `kept` those of which a store tells the last byte, which decides whether a load traps.
 * @param stores that are not overwritten, and change something
 */
export function influencing(
  module: Module,
  instructions: readonly Instruction[],
  flow: Flow,
  stores: ReadonlySet<number>,
  kept: ReadonlySet<number>,
): number[] {
  const found = new Set<number>()
  if (kept.size === 0) return []
  const trials = new Trials(instructions, flow)
  let left = MIN_ALL_TRIALS + ALL_TRIALS_EACH * instructions.length
  let from = 0
  instructions.forEach(({ op, memarg }, at) => {
    const isStraight = IS_STRAIGHT[op.id] && (memarg === undefined || isUnchecked(module.memories[memarg.memory]))
    if (!isStraight) from = at + 1
    if (!stores.has(at)) return
    for (const load of trials.loads(at, from)) {
      if (!kept.has(load) || found.has(load)) continue
      for (let trial = 0; trial < TRIALS && !found.has(load) && left-- > 0; trial++)
        if (trials.decides(load, at, from, trial)) found.add(load)
    }
  })
  return [...found]
}
