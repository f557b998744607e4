/**
 * State machines: a loop that begins with a br_table on a local, to whose head the states go back after they have set the
 * local. Go compiles every function so, LLVM those whose control flow wasm cannot express. A branch back with a state that
 * is known goes to that state, which leaves C compilers a graph without a node that everything flows through.
 */
import { target, type Frame } from './control.ts'
import type { FunctionWriter } from './function.ts'

export interface Dispatch {
  loop: Frame
  /** The local that holds the state. */
  local: number
  /** Where each state begins, the default last. */
  states: readonly Frame[]
}

/** What the br_table being written does for the loop around it, if nothing comes between the two. */
export function dispatchAt(w: FunctionWriter, labels: readonly number[]): Dispatch | undefined {
  const state = w.previous(1)
  if (state?.op.name !== 'local.get') return undefined
  let blocks = 0
  while (w.previous(2 + blocks)?.op.name === 'block') blocks++
  if (w.previous(2 + blocks)?.op.name !== 'loop') return undefined
  const loop = target(w, blocks)
  const states = labels.map((label) => target(w, label))
  const simple = [loop, ...states].every(({ branchTypes }) => branchTypes.length === 0)
  return simple ? { loop, local: state.index!, states } : undefined
}

/** Where a branch to `frame` that is being written leads in the end, if the state was set right before it. */
export function shortcut(w: FunctionWriter, { dispatch }: Frame): Frame | undefined {
  if (dispatch === undefined) return undefined
  const set = w.previous(1)
  const value = w.previous(2)
  if (set?.op.name !== 'local.set' || set.index !== dispatch.local || value?.op.name !== 'i32.const') return undefined
  const { states } = dispatch
  return states[Math.min((value.value as number) >>> 0, states.length - 1)]
}
